import type { FeedId } from '../../model/index.ts';
import { type FeedFile, type FeedReading, readFeed } from './read-feed.ts';

export const NOW = Date.UTC(2026, 4, 21);

/** Reads a feed as an import would, on 21 May 2026. */
export function read(text: string | Uint8Array, over: Partial<FeedFile> = {}): FeedReading {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const settings = { format: 'auto', defaultConfidence: 0.7, defaultCategory: null, now: NOW } as const;
  return readFeed({ bytes, id: 'acme-list' as FeedId, ...settings, ...over });
}

export function good(reading: FeedReading): Extract<FeedReading, { ok: true }> {
  if (!reading.ok) throw new Error(reading.message);
  return reading;
}

/** What is listed, as `type value`. */
export function values(reading: FeedReading): readonly string[] {
  return good(reading).feed.listings.map(({ type, value }) => `${type} ${value}`);
}
