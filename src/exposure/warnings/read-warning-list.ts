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
import { canonicalDomain, registrableDomain } from '../domain-name.ts';
import { readJson } from '../feeds/document.ts';
import { canonicalHash } from '../indicator.ts';
import { isTooWide } from '../networks.ts';
import { isSpecialNetwork } from '../special.ts';
import { NamePattern } from './name-pattern.ts';

export type WarningListReading =
  | {
      readonly ok: true;
      readonly list: WarningList;
      readonly records: number;
      /** Entries that are not matched with (1-based), the first of them; `refusedTotal` counts all. */
      readonly refused: readonly RefusedEntry[];
      readonly refusedTotal: number;
      readonly reasons: Readonly<Partial<Record<EntryRefusal, number>>>;
    }
  | { readonly ok: false; readonly message: string };

/** `too_wide`: it would name nearly everything, and with it what every feed says would count for less. */
type EntryRefusal = 'invalid_entry' | 'too_wide';

interface RefusedEntry {
  readonly line: number;
  readonly reason: EntryRefusal;
}

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
  const read = readJson(bytes);
  if (!read.ok)
    return { ok: false, message: `warning list ${id} ${read.problem}. The one that was active stays.` };
  const document = read.document as Readonly<Record<string, unknown>>;
  const list = document['list'];
  const matching = WARNING_MATCHINGS.find((each) => each === document['type']);
  if (!Array.isArray(list) || matching === undefined || typeof document['name'] !== 'string') return null;
  if (list.length > LIMITS.feedListings)
    return {
      ok: false,
      message: `warning list ${id} has more than ${LIMITS.feedListings} entries. The one that was active stays.`,
    };
  const taken = entriesOf(list as readonly unknown[], matching, {
    id,
    name: document['name'].slice(0, NAME_CHARS),
    asOf: dateOf(document['version']),
  });
  if (taken.patternStates > LIMITS.warningPatternStates)
    return {
      ok: false,
      message: `warning list ${id} has more regular expressions than can be held against each name (${LIMITS.warningPatternStates} states together): leave some out. The one that was active stays.`,
    };
  const [first] = taken.refused;
  if (first !== undefined && taken.list.entries.length === 0)
    return {
      ok: false,
      message: `warning list ${id} has no entry that can be matched with; the first is ${first.line} (${first.reason}). The one that was active stays.`,
    };
  const { patternStates: _, ...said } = taken;
  return { ok: true, ...said };
}

function entriesOf(
  written: readonly unknown[],
  matching: WarningMatching,
  about: Pick<WarningList, 'id' | 'name' | 'asOf'>,
) {
  const entries = new Set<string>();
  const refused: RefusedEntry[] = [];
  const reasons: Partial<Record<EntryRefusal, number>> = {};
  let refusedTotal = 0;
  let patternStates = 0;
  for (const [index, each] of written.entries()) {
    const entry = typeof each === 'string' ? canonical(each.trim(), matching) : null;
    const reason = entry === null ? 'invalid_entry' : isTooWideEntry(entry, matching) ? 'too_wide' : null;
    if (entry !== null && reason === null) {
      entries.add(entry);
      if (matching === 'regex') patternStates += NamePattern.from(entry)?.size ?? 0;
      if (patternStates > LIMITS.warningPatternStates) break;
      continue;
    }
    if (reason === null) continue;
    refusedTotal++;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
    if (refused.length < REFUSALS_SHOWN) refused.push({ line: index + 1, reason });
  }
  const called = `${about.id} ${about.name}`;
  const effect = EFFECTS.find(([pattern]) => pattern.test(called))?.[1] ?? 'caution';
  const list: WarningList = { ...about, effect, matching, entries: [...entries] };
  return { list, records: written.length, refused, refusedTotal, reasons, patternStates };
}

function canonical(text: string, matching: WarningMatching): string | null {
  if (text === '' || text.length > 2_048) return null;
  if (matching === 'cidr') return canonicalNetwork(text);
  if (matching === 'regex') return NamePattern.from(text) === null ? null : text;
  if (matching === 'substring') return text.toLowerCase();
  const domain = canonicalDomain(text.replace(/^\*?\./, ''));
  if (matching === 'hostname') return domain;
  // A list of exact texts may hold anything; what is no indicator matches none.
  return canonicalHash(text) ?? parseAddress(text) ?? domain ?? text.toLowerCase();
}

/** Less of a name is in nearly every name; the shortest in MISP's lists has seven characters. */
const SUBSTRING_CHARS = 5;

function isTooWideEntry(entry: string, matching: WarningMatching): boolean {
  if (matching === 'substring') {
    const name = entry.replace(/^\.+|\.+$/g, '');
    const isSuffix = entry.includes('.') && registrableDomain(`x.${name}`) === `x.${name}`;
    return isSuffix || name.length < SUBSTRING_CHARS;
  }
  if (matching === 'regex') return namesNearlyAll(entry);
  const network = matching === 'cidr' ? parseNetwork(entry) : null;
  return network !== null && isTooWide(network) && !isSpecialNetwork(network);
}

/** Names that have nothing in common but that they are names, and where they end. */
const UNLIKE = [
  'q7.com',
  'mail.kx-12.com',
  'wpv.net',
  'a.b.zzz.net',
  '0123.org',
  'f-f.gg.org',
  '9x.io',
  'ooo.ru',
];

function namesNearlyAll(entry: string): boolean {
  const pattern = NamePattern.from(entry);
  return pattern !== null && UNLIKE.filter((name) => pattern.isIn(name)).length > 1;
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
