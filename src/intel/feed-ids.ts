import { createHash } from 'node:crypto';

/** Endings that say nothing of what a feed is. */
export const EXTENSIONS = /(?:\.(?:gz|txt|intel|dat|list|csv|tsv|json|jsonl|ipset|netset|rpz|zone|hosts))+$/i;
export const FEED_ID_CHARS = 64;
const MARK_CHARS = 8;

/** An id with a few digits of what it is made of, that tell it from others of the same beginning. */
export function marked(id: string, of: string): string {
  const mark = createHash('sha256').update(of).digest('hex').slice(0, MARK_CHARS);
  return `${id.slice(0, FEED_ID_CHARS - MARK_CHARS - 1)}-${mark}`;
}
