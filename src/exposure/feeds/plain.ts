import { parseAddress } from '../../model/index.ts';
import { canonicalHash } from '../indicator.ts';
import { rangeEntries } from './address-range.ts';
import { defangedEntry, endpointEntry } from './entry.ts';
import type { LineReader, TextFormat } from './format.ts';
import type { Found } from './found.ts';
import { hostsLine, isHostsLine } from './hosts.ts';

/**
 * One list's vote that an address is bad. Lists copy from each other, so a vote weighs little:
 * 1 list gives 0.2, 3 give 0.49, 8 give 0.83.
 */
const VOTE = 0.2;
const VOTES_AT_MOST = 0.95;

const UNREADABLE: Found = { entry: { kind: 'refused', reason: 'invalid_entry' } };
const NO_WORDS: readonly string[] = [];

/**
 * One address, CIDR block, range of addresses, domain, URL or hash a line, also defanged; `#` and `;` begin comments. After a tab, a
 * comma or a hash, words about it.
 */
export const plain: TextFormat = {
  kind: 'text',
  name: 'plain',
  recognises: () => true,
  reader: () => plainLine,
};

/** Ipsum asks some thirty lists; a greater number is something else, a port for example. */
const LISTS = 50;
const ADDRESS_AND_NUMBER = /^[0-9a-f.:]+\s+(\d{1,6})\s*$/i;

/**
 * An address with the number of lists that name it (`ip<TAB>count`), as ipsum has it. Where the numbers are too great for
 * that it is recognised as `plain`, which takes them for ports.
 */
export const counted: TextFormat = {
  kind: 'text',
  name: 'counted',
  recognises: ({ rows }) =>
    rows.length > 0 && rows.every((row) => Number(ADDRESS_AND_NUMBER.exec(row)?.[1] ?? LISTS + 1) <= LISTS),
  reader: () => (line) => {
    const [, first, count] = /^(\S+)\s+(\d{1,6})$/.exec(withoutComment(line)) ?? [];
    return first === undefined || count === undefined
      ? plainLine(line)
      : { entry: defangedEntry(first), confidence: votes(Number(count)) };
  },
};

/** FireHOL's `.netset` and `.ipset`: a header of comments that says what the list is about. */
export const netset: TextFormat = {
  kind: 'text',
  name: 'netset',
  recognises: ({ lines }) =>
    lines.some((line) => /^#.*(?:\bipset\b|\bnetset\b|hash:(?:ip|net)\b)/.test(line)) &&
    lines.some((line) => /^# (?:Category|Maintainer)\s*:/.test(line)),
  reader: ({ head }) => {
    const words = head.lines.flatMap((line) => /^# Category\s*:\s*(.+)$/.exec(line)?.[1] ?? []);
    return withWords(words);
  },
};

function withWords(words: readonly string[]): LineReader {
  return (line) => {
    const found = plainLine(line);
    return found === null ? null : [found].flat().map((each) => ({ ...each, words }));
  };
}

const plainLine: LineReader = (line) => {
  const text = withoutComment(line);
  if (text === '') return null;
  const blocks = DIGIT.test(text) ? rangeEntries(text) : null;
  if (blocks !== null) return blocks.map((entry) => ({ entry, words: NO_WORDS }));
  const gap = text.search(/\s/);
  const found =
    gap < 0
      ? { entry: defangedEntry(text), words: NO_WORDS }
      : several(text, text.slice(0, gap), text.slice(gap + 1).trim());
  return text.includes(',') && 'entry' in found && found.entry.kind === 'refused'
    ? (rowWithoutHeader(text) ?? found)
    : found;
};

/** A table that does not say what its columns are: what stands first, where nothing else could be meant as well. */
function rowWithoutHeader(text: string): Found | null {
  const [first = '', ...words] = text.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const entry = defangedEntry(first);
  const isOnly = words.every((word) => parseAddress(word) === null && canonicalHash(word) === null);
  return entry.kind === 'indicator' && isOnly ? { entry, words } : null;
}

function several(text: string, first: string, rest: string): Found | readonly Found[] {
  if (isHostsLine(text)) return hostsLine(text);
  if (/^\d{1,5}$/.test(rest) && parseAddress(first) !== null)
    return { entry: endpointEntry(first.includes(':') ? `[${first}]:${rest}` : `${first}:${rest}`) };
  const isDescribed = text.charCodeAt(first.length) === TAB || canonicalHash(first) !== null;
  return isDescribed ? { entry: defangedEntry(first), words: [rest] } : UNREADABLE;
}

const DIGIT = /^\d/;
const TAB = 9;
const [HASH, SEMICOLON] = [35, 59];

function votes(count: number): number {
  return Math.min(VOTES_AT_MOST, 1 - (1 - VOTE) ** count);
}

/** What stands before a `#` or `;` that begins the line or follows a blank. */
export function withoutComment(line: string): string {
  const text = line.trim();
  const first = text.charCodeAt(0);
  if (first === HASH || first === SEMICOLON) return '';
  if (!text.includes('#') && !text.includes(';')) return text;
  // Searched, not replaced: `.*$` begins anew at each of them where a line ends oddly.
  const comment = text.search(/\s[#;]/);
  return comment < 0 ? text : text.slice(0, comment).trimEnd();
}
