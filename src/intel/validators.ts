import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { FeedWords } from '../config/index.ts';
import { BesideJournal } from '../data-directory/index.ts';
import type { Validators } from './download.ts';

const CHARS = 1_024;
const text = z.string().max(CHARS).nullable();
const Written = z.record(z.string(), z.strictObject({ etag: text, lastModified: text }));

interface Fetched {
  readonly url: URL;
  readonly words: FeedWords;
}

/** What servers said of the feeds fetched from them, beside the journal: lost, it only costs a download. */
export class KnownValidators {
  readonly #file: BesideJournal<Validators>;

  private constructor(file: BesideJournal<Validators>) {
    this.#file = file;
  }

  static async open(dir: string): Promise<KnownValidators> {
    return new KnownValidators(await BesideJournal.open(join(dir, 'feed-downloads.json'), Written));
  }

  of(id: string, url: URL, words: FeedWords): Validators | null {
    return this.#file.known.get(keyOf(id, url, words)) ?? null;
  }

  note(id: string, { url, words }: Fetched, { etag, lastModified }: Validators): Promise<void> {
    this.#file.known.set(keyOf(id, url, words), { etag: bounded(etag), lastModified: bounded(lastModified) });
    return this.#file.keep();
  }
}

/** What is too long to keep is asked for anew. */
function bounded(validator: string | null): string | null {
  return validator === null || validator.length > CHARS ? null : validator;
}

/**
 * A URL may hold a key. Of whom something else is said now, the server has to send it again; and so to each of the feeds
 * that come from there.
 */
function keyOf(id: string, url: URL, { format, category, confidence, lineage }: FeedWords): string {
  const said = JSON.stringify([id, url.href, format, category, confidence, lineage]);
  return createHash('sha256').update(said).digest('hex');
}
