// Indicators by their number, so that whether one is listed can be told without keeping any of them.
import { createHmac } from 'node:crypto';
import type { FeedId, Fingerprint, IndicatorType, Listing } from '../../src/model/index.ts';
import type { Listed } from '../../src/exposure/index.ts';

/** In a hundred: much as feeds are that name hosts and files. */
const SHARES = [
  ['ipv4', 40],
  ['ipv6', 3],
  ['network', 2],
  ['registrable', 15],
  ['host', 15],
  ['sha256', 20],
  ['sha1', 3],
  ['md5', 2],
] as const;
export type Kind = (typeof SHARES)[number][0];

const KINDS: readonly Kind[] = SHARES.flatMap(([kind, share]) => Array<Kind>(share).fill(kind));
const TYPES: Readonly<Record<Kind, IndicatorType>> = {
  ipv4: 'ip',
  ipv6: 'ip',
  network: 'ip',
  registrable: 'domain',
  host: 'domain',
  sha256: 'hash',
  sha1: 'hash',
  md5: 'hash',
};
const ENDS = ['com', 'net', 'org', 'top', 'xyz', 'info', 'co.uk', 'com.br', 'github.io', 'pages.dev'];
const HOSTS = ['mail', 'cdn', 'update', 'login', 'static', 'api-gateway', 'secure-payments'];
const CATEGORIES = [
  ['c2_server'],
  ['malware_distribution'],
  ['phishing'],
  ['scanner', 'brute_force_source'],
] as const;
const FEEDS = 24;
const AS_OF = Date.UTC(2026, 10, 29);

/** As the privacy door makes them, under a key that is none. */
export function fingerprint(name: string): Fingerprint {
  return createHmac('sha256', 'bench').update(name).digest('hex').slice(0, 32) as Fingerprint;
}

export function typeOf(kind: Kind): IndicatorType {
  return TYPES[kind];
}

export function kindOf(nth: number): Kind {
  // Kinds take turns within a hundred, in an order that is none.
  return KINDS[(nth * 37) % 100] as Kind;
}

/** The text of the indicator of this number. No two are equal; 2 ** 31 of each kind but networks. */
export function textOf(kind: Kind, nth: number): string {
  const word = scrambled(nth);
  switch (kind) {
    case 'ipv4':
      return dotted(word);
    case 'ipv6':
      return `2a0${hex(word).slice(0, 1)}:${group(word >>> 16)}:${group(word)}:${group(scrambled(word) >>> 16)}::${group(nth >>> 15)}:${group(nth & 0x7fff)}`;
    case 'network':
      return `${dotted((word & 0xffff_ff00) >>> 0)}/24`;
    case 'registrable':
      return `${named(word, nth)}.${ENDS[nth % ENDS.length]}`;
    case 'host':
      return `${HOSTS[(word >>> 7) % HOSTS.length]}.${named(word, nth)}.${ENDS[nth % ENDS.length]}`;
    case 'sha256':
      return digits(nth, 8);
    case 'sha1':
      return digits(nth, 5);
    case 'md5':
      return digits(nth, 4);
  }
}

/** The indicators of a version of the feeds, `count` of them from number `from` on, one object at a time. */
export function* listings(count: number, from = 0, asOf = AS_OF): Generator<Listed> {
  for (let feed = 0; feed < FEEDS; feed++) {
    const id = `feed-${String(feed).padStart(2, '0')}` as FeedId;
    for (let nth = from + feed; nth < from + count; nth += FEEDS) yield listing(nth, id, asOf);
  }
}

function listing(nth: number, feed: FeedId, asOf: number): Listed {
  return { ...listingOf(kindOf(nth), nth), feed, lineage: feed, feedAsOf: asOf };
}

/** What is said of the indicator of this number. */
export function listingOf(kind: Kind, nth: number): Listing {
  const lastSeen = AS_OF - (scrambled(nth) % 31_536_000) * 1_000;
  return {
    type: TYPES[kind],
    value: textOf(kind, nth),
    categories: CATEGORIES[nth % CATEGORIES.length] ?? [],
    confidence: (nth % 5) / 10 + 0.5,
    firstSeen: lastSeen - 86_400_000,
    lastSeen,
    actors: nth % 50 === 0 ? [`APT${nth % 40}`] : [],
  };
}

/** One to one, and in no order (the finaliser of MurmurHash3). */
function scrambled(nth: number): number {
  let word = nth | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
  return (word ^ (word >>> 16)) >>> 0;
}

function named(word: number, nth: number): string {
  return nth % 3 === 0 ? `w${word.toString(36)}` : `${word.toString(36)}-online-shop`;
}

function digits(nth: number, words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) text += hex(scrambled(nth ^ (i * 0x0100_0193)));
  return text;
}

function dotted(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

function group(word: number): string {
  return ((word & 0xffff) | 1).toString(16);
}
