import {
  FEED_FORMATS,
  type FeedId,
  formatNetwork,
  type Listing,
  parseAddress,
  parseNetwork,
} from '../../model/index.ts';
import { canonicalDomain } from '../domain-name.ts';
import { canonicalHash } from '../indicator.ts';
import { IndicatorTable } from '../indicator-table.ts';
import { fingerprint } from '../indicators/fingerprint.fixture.ts';
import { isEmptyFileHash, isSpecialAddress } from '../special.ts';
import { readWarningList } from '../warnings/read-warning-list.ts';
import { WarningLists } from '../warnings/warning-lists.ts';
import { readFeed } from './read-feed.ts';
import { SAMPLES } from './samples.fixture.ts';

/** A seeded generator of chance: a whole number below `below`. */
type Chance = (below: number) => number;

const PIECES = [
  '\n',
  '\r\n',
  '\t',
  ' ',
  '#',
  ';',
  ',',
  '"',
  '""',
  "'",
  '\\',
  '|',
  '||',
  '^',
  '@@',
  '$',
  '/',
  '//',
  '://',
  ':',
  ':443',
  '.',
  '..',
  '*.',
  '-',
  '=',
  '[',
  ']',
  '(',
  ')',
  '{',
  '}',
  ' AND ',
  ' OR ',
  ' NOT ',
  ' IN ',
  '[.]',
  'hxxp://',
  '0.0.0.0',
  '0.0.0.0/0',
  '::/0',
  '10.0.0.1',
  '127.0.0.1',
  '255.255.255.255',
  '198.51.100.9',
  '010.1.1.1',
  '::ffff:198.51.100.9',
  'fe80::1%lo0',
  'com',
  'github.io',
  'github.com',
  'xn--',
  'xn--a',
  'é',
  '💥',
  '\u2028',
  '\u202e',
  '\ufeff',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  'null',
  'true',
  '[]',
  '{}',
  '-1',
  '1e400',
  '99999999999999999999',
  '# Entries : 9',
  '# Number of entries: 9',
  '# Last update: 2099-01-01',
  '#fields\tindicator\tindicator_type',
  ' CNAME .',
  '"Event":{"info":"x","Attribute":[]}',
  '"revoked":true',
  '"to_ids":false',
  'd41d8cd98f00b204e9800998ecf8427e',
]; // prettier-ignore

/** Feeds with one to eight things done to them, read as what they seem and as what they are not. Gives the first fault. */
export function fuzzFeeds(chance: Chance, inputs: number): string | null {
  for (let input = 0; input < inputs; input++) {
    const text = mutated(chance);
    const fault = faultOf(
      text,
      chance(4) === 0 ? (FEED_FORMATS[chance(FEED_FORMATS.length)] ?? 'auto') : 'auto',
    );
    if (fault !== null) return `${fault}: ${JSON.stringify(text).slice(0, 2_000)}`;
  }
  return null;
}

function mutated(chance: Chance): string {
  let text = SAMPLES[chance(SAMPLES.length)] ?? '';
  for (let times = 1 + chance(8); times > 0; times--) text = mutation(chance, text);
  return text;
}

function mutation(chance: Chance, text: string): string {
  const at = chance(text.length + 1);
  const until = Math.min(text.length, at + 1 + chance(12));
  const piece = PIECES[chance(PIECES.length)] ?? '';
  switch (chance(7)) {
    case 0:
      return text.slice(0, at) + text.slice(until);
    case 1:
      return text.slice(0, at) + String.fromCharCode(chance(0x180)) + text.slice(at + 1);
    case 2:
      return chance(4) === 0 ? text.slice(0, at) : text.slice(0, until) + text.slice(at);
    case 3:
      return text.slice(0, at) + (SAMPLES[chance(SAMPLES.length)] ?? '').slice(chance(40));
    case 4:
      return text.slice(0, at) + piece.repeat(1 + chance(chance(20) === 0 ? 2_000 : 4)) + text.slice(at);
    default:
      return text.slice(0, at) + piece + text.slice(until);
  }
}

function faultOf(text: string, format: (typeof FEED_FORMATS)[number] | 'auto'): string | null {
  try {
    const bytes = Buffer.from(text);
    const warning = readWarningList(bytes, 'fuzz');
    if (warning?.ok === true) {
      const lists = new WarningLists();
      lists.put([warning.list]);
      lists.of({ type: 'domain', value: 'cdn1.evil.example.com' });
      lists.of({ type: 'ip', value: '198.51.100.7' });
    }
    const read = readFeed({
      bytes,
      format,
      id: 'fuzz' as FeedId,
      defaultConfidence: 0.7,
      defaultCategory: null,
      now: Date.UTC(2026, 4, 21),
    });
    if (!read.ok) return read.message === '' ? 'no message' : null;
    IndicatorTable.build([read.feed], fingerprint);
    if (!Number.isSafeInteger(read.feed.asOf)) return 'a date that is none';
    const wrong = read.feed.listings.find((listing) => !isSound(listing));
    return wrong === undefined ? null : `an unsound listing ${JSON.stringify(wrong)}`;
  } catch (error) {
    return `threw ${String(error)}`;
  }
}

/** In the one spelling, nothing special, with numbers that are some. */
function isSound({ ports = [1], ...listing }: Listing): boolean {
  const { type, value, confidence, firstSeen, lastSeen, validUntil, actors } = listing;
  const areInOrder = ports.every((port, i) => port > (ports[i - 1] ?? 0) && port <= 65_535);
  if (!areInOrder || ports.length === 0 || ports.length > 2) return false;
  const times = [firstSeen, lastSeen, validUntil ?? null];
  if (
    !(confidence >= 0 && confidence <= 1) ||
    !times.every((time) => time === null || Number.isSafeInteger(time))
  )
    return false;
  if (!actors.every((name) => name.length <= 64 && !/[\p{Cc}\u202a-\u202e]/u.test(name))) return false;
  if (type === 'hash') return canonicalHash(value) === value && !isEmptyFileHash(value);
  if (type === 'domain') return canonicalDomain(value) === value;
  const address = parseAddress(value);
  if (address !== null) return address === value && !isSpecialAddress(address);
  const network = parseNetwork(value);
  return network !== null && formatNetwork(network) === value && network.prefix >= 8;
}
