import {
  formatNetwork,
  LIMITS,
  parseAddress,
  parseNetwork,
  WARNING_MATCHINGS,
  type WarningEffect,
  type WarningList,
  type WarningMatching,
} from '../../model/index.ts';
import { canonicalDomain } from '../domain-name.ts';
import { canonicalHash } from '../indicator.ts';
import { boundedPattern } from './bounded-pattern.ts';

export type WarningListReading =
  | {
      readonly ok: true;
      readonly list: WarningList;
      readonly records: number;
      /** Entries that cannot be matched with (1-based), the first of them; `refusedTotal` counts all. */
      readonly refused: readonly { readonly line: number; readonly reason: 'invalid_entry' }[];
      readonly refusedTotal: number;
    }
  | { readonly ok: false; readonly message: string };

const HEAD_BYTES = 16_384;
const REFUSALS_SHOWN = 100;
const NAME_CHARS = 120;

/** Known by what they are called: MISP's lists do not say it in a field. */
const EFFECTS: readonly (readonly [RegExp, WarningEffect])[] = [
  [/sinkhole|blockpage/i, 'sinkhole'],
  [
    /public.?dns|\brfc.?\d+|multicast|link.?local|empty.?hash|hashes.*empty|hashes.*false.?positive|false.?positive.*hash/i,
    'exclude',
  ],
];

/** A warning list in the form of misp-warninglists; `null` where the text is none. */
export function readWarningList(bytes: Buffer, id: string): WarningListReading | null {
  const head = bytes.subarray(0, HEAD_BYTES).toString();
  if (!/^\uFEFF?\s*\{/.test(head) || !/"list"\s*:\s*\[/.test(head)) return null;
  const document = bytes.length > LIMITS.feedDocumentBytes ? undefined : parsed(bytes);
  if (document === undefined)
    return {
      ok: false,
      message: `warning list ${id} is JSON that cannot be parsed: it is cut off, damaged or too large. The one that was active stays.`,
    };
  const list = document['list'];
  const matching = WARNING_MATCHINGS.find((each) => each === document['type']);
  if (!Array.isArray(list) || matching === undefined || typeof document['name'] !== 'string') return null;
  if (list.length > LIMITS.feedListings)
    return {
      ok: false,
      message: `warning list ${id} has more than ${LIMITS.feedListings} entries. The one that was active stays.`,
    };
  return {
    ok: true,
    ...entriesOf(list as readonly unknown[], matching, {
      id,
      name: document['name'].slice(0, NAME_CHARS),
      asOf: dateOf(document['version']),
    }),
  };
}

function entriesOf(
  written: readonly unknown[],
  matching: WarningMatching,
  about: Pick<WarningList, 'id' | 'name' | 'asOf'>,
) {
  const entries = new Set<string>();
  const refused: { line: number; reason: 'invalid_entry' }[] = [];
  let refusedTotal = 0;
  for (const [index, each] of written.entries()) {
    const entry = typeof each === 'string' ? canonical(each.trim(), matching) : null;
    if (entry !== null) {
      entries.add(entry);
      continue;
    }
    refusedTotal++;
    if (refused.length < REFUSALS_SHOWN) refused.push({ line: index + 1, reason: 'invalid_entry' });
  }
  const called = `${about.id} ${about.name}`;
  const effect = EFFECTS.find(([pattern]) => pattern.test(called))?.[1] ?? 'caution';
  const list: WarningList = { ...about, effect, matching, entries: [...entries] };
  return { list, records: written.length, refused, refusedTotal };
}

function canonical(text: string, matching: WarningMatching): string | null {
  if (text === '' || text.length > 2_048) return null;
  if (matching === 'cidr') return canonicalNetwork(text);
  if (matching === 'regex') return boundedPattern(text) === null ? null : text;
  if (matching === 'substring') return text.toLowerCase();
  const domain = canonicalDomain(text.replace(/^\*?\./, ''));
  if (matching === 'hostname') return domain;
  // A list of exact texts may hold anything; what is no indicator matches none.
  return canonicalHash(text) ?? parseAddress(text) ?? domain ?? text.toLowerCase();
}

function canonicalNetwork(text: string): string | null {
  const network = parseNetwork(text);
  if (network === null) return null;
  return text.includes('/') ? formatNetwork(network) : parseAddress(text);
}

/** Versions are counted, or are the day: 20260811. */
function dateOf(version: unknown): number | null {
  const [, year, month, day] = /^(20\d\d)(\d\d)(\d\d)$/.exec(String(version)) ?? [];
  return year === undefined ? null : Date.UTC(Number(year), Number(month) - 1, Number(day));
}

function parsed(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = bytes.toString();
    const value: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
