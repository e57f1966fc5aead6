import type { EpochMs, ThreatCategory } from '../../model/index.ts';
import type { Entry } from './entry.ts';

/** One thing that a record of a feed names, and what the record says of it. */
export interface Found {
  readonly entry: Entry;
  /** What the record says about it in words; a category is made of them, they are never kept. */
  readonly words?: readonly string[];
  /** Where the format itself says it; before the words. */
  readonly category?: ThreatCategory | null;
  /** 0…1; `null` where the record does not say. */
  readonly confidence?: number | null;
  readonly firstSeen?: EpochMs | null;
  readonly lastSeen?: EpochMs | null;
  /** From then on the feed's own maker does not stand by it any more. */
  readonly validUntil?: EpochMs | null;
  readonly actors?: readonly string[];
  /** The feed's own date, where a record carries it. */
  readonly feedDate?: EpochMs | null;
}

/** A text as a time; `null` where it is none. Without a zone it is UTC, as the makers of feeds mean it. */
export function instantOf(text: unknown): EpochMs | null {
  if (typeof text !== 'string' || text === '') return null;
  const zoned = /(?:Z|GMT|UTC|[+-]\d{2}:?\d{2})\)?$/i.test(text)
    ? text
    : `${text.replace(/^(\d{4}-\d\d-\d\d) /, '$1T')}Z`;
  const time = Date.parse(zoned);
  if (!Number.isNaN(time)) return time > 0 ? time : null;
  const spelt = Date.parse(`${text} UTC`);
  return Number.isNaN(spelt) || spelt <= 0 ? null : spelt;
}

/** Seconds since 1970, as a number or in digits. */
export function epochSeconds(value: unknown): EpochMs | null {
  const seconds =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\d{1,12}$/.test(value)
        ? Number(value)
        : 0;
  return seconds > 0 && seconds < 1e11 ? Math.round(seconds * 1_000) : null;
}

const NAME_CHARS = 64;
// oxlint-disable-next-line no-control-regex -- they are what is removed
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** A name that a feed gives somebody: printable, short; `null` where nothing is left. It is shown, never obeyed. */
export function givenName(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const name = text
    .normalize('NFC')
    .replace(UNPRINTABLE, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, NAME_CHARS);
  return name === '' ? null : name;
}
