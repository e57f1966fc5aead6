import {
  DAY_MS,
  type EpochMs,
  type FeedId,
  type Reputation,
  THREAT_CATEGORIES,
  type ThreatCategory,
  type WarningEffect,
  type WarningList,
} from '../model/index.ts';
import type { Listed } from './indicator-table.ts';
import { NO_WARNINGS, type Warnings } from './warnings/warning-lists.ts';

/** What the listings of one indicator amount to, at one instant. Never stored: it ages. */
export interface ThreatVerdict {
  readonly reputation: Reputation;
  readonly categories: readonly ThreatCategory[];
  readonly actors: readonly string[];
  readonly firstSeen: EpochMs | null;
  readonly lastSeen: EpochMs | null;
  /** Independent lineages that list it now. */
  readonly feedSources: number;
  /** 0…1, in thousandths. */
  readonly confidence: number;
  readonly evidence: readonly ListingEvidence[];
  /** Ids of those that name what is listed; they have their part in the reputation. */
  readonly warningLists: readonly string[];
}

export interface ListingEvidence {
  readonly feed: FeedId;
  readonly listedAs: string;
  readonly categories: readonly ThreatCategory[];
  /** Whom this feed says it is of: its claim, not ours. */
  readonly actors: readonly string[];
  /** Where it lists only these of the host. */
  readonly ports: readonly number[];
  /** After ageing. */
  readonly confidence: number;
  readonly feedAsOf: EpochMs;
  /** The feed of the same content, beside which it counts nothing. */
  readonly sameAs?: FeedId;
  /** Not older than two half-lives, nor past the time for which its feed stands by it. */
  readonly current: boolean;
}

/** Days after which a listing says half as much: addresses are re-let soon, names later, files never change. */
const HALF_LIFE_DAYS = { ip: 30, domain: 90, hash: null } as const;
const STALE_AFTER_HALF_LIVES = 2;

/** What these say may be true of harmless machines too: alone they make nothing malicious. */
const AMBIGUOUS: ReadonlySet<ThreatCategory> = new Set([
  'scanner',
  'tor_exit',
  'proxy',
  'spam',
  'sinkhole',
  'suspicious',
]);

const MALICIOUS_FROM = 0.6;
const SUSPICIOUS_FROM = 0.15;

/** Of this confidence each, two lineages know better than a warning list. */
const SURE_FROM = 0.7;
const LINEAGES_ABOVE_CAUTION = 2;
/** What a warning list leaves of a confidence that it caps: short of malicious. */
const CAPPED_CONFIDENCE = 0.59;

/** `special`: an address of a private or reserved range, where no feed's word counts. */
export function verdict(
  listings: readonly Listed[],
  now: EpochMs,
  special: boolean,
  warnings: Warnings = NO_WARNINGS,
): ThreatVerdict {
  const current = listings.filter((listed) => isCurrent(listed, now));
  const warned = listings.map((listed) => warnings.of(listed));
  const effects = new Map(listings.map((listed, index) => [listed, effectOf(warned[index] ?? [])]));
  const judged = judge(current, effects, now);
  return {
    reputation: special ? 'not_applicable' : judged.reputation,
    categories: judged.categories,
    actors: [...new Set(current.flatMap((listed) => listed.actors))].sort(),
    firstSeen: extreme(
      Math.min,
      listings.map((listed) => listed.firstSeen),
    ),
    lastSeen: extreme(
      Math.max,
      listings.map((listed) => listed.lastSeen ?? listed.feedAsOf),
    ),
    feedSources: new Set(current.map((listed) => listed.lineage)).size,
    confidence: special ? 0 : judged.confidence,
    evidence: listings.map((listed) => evidenceOf(listed, now)),
    warningLists: [...new Set(warned.flat().map(({ id }) => id))].sort(),
  };
}

type Effects = ReadonlyMap<Listed, WarningEffect | null>;

/** The gravest of several. */
function effectOf(lists: readonly WarningList[]): WarningEffect | null {
  const effects = lists.map(({ effect }) => effect);
  return (['exclude', 'sinkhole', 'caution'] as const).find((effect) => effects.includes(effect)) ?? null;
}

function judge(
  current: readonly Listed[],
  effects: Effects,
  now: EpochMs,
): Pick<ThreatVerdict, 'reputation' | 'categories' | 'confidence'> {
  const counted = current.filter((listed) => effects.get(listed) !== 'exclude');
  const isSinkhole = counted.some((listed) => effects.get(listed) === 'sinkhole');
  const graver = isSinkhole
    ? []
    : counted.filter((listed) => !listed.categories.every((each) => AMBIGUOUS.has(each)));
  const confidence = combine(counted, now);
  const isCapped = isSinkhole ? false : isCappedBy(counted, graver, effects, now);
  return {
    reputation: reputationOf(confidence, isCapped ? 0 : combine(graver, now)),
    categories: isSinkhole
      ? ['sinkhole']
      : THREAT_CATEGORIES.filter((each) => counted.some((listed) => listed.categories.includes(each))),
    confidence: isCapped ? Math.min(confidence, CAPPED_CONFIDENCE) : confidence,
  };
}

/** Something that many share is among it, neither do the others suffice, nor are two independent feeds sure of it. */
function isCappedBy(
  counted: readonly Listed[],
  graver: readonly Listed[],
  effects: Effects,
  now: EpochMs,
): boolean {
  if (!counted.some((listed) => effects.get(listed) === 'caution')) return false;
  const unwarned = graver.filter((listed) => effects.get(listed) === null);
  if (combine(unwarned, now) >= MALICIOUS_FROM) return false;
  const sure = graver.filter((listed) => agedConfidence(listed, now) >= SURE_FROM);
  return new Set(sure.map(({ lineage }) => lineage)).size < LINEAGES_ABOVE_CAUTION;
}

function reputationOf(confidence: number, graver: number): Reputation {
  if (graver >= MALICIOUS_FROM) return 'malicious';
  return confidence >= SUSPICIOUS_FROM ? 'suspicious' : 'unknown';
}

function evidenceOf(listed: Listed, now: EpochMs): ListingEvidence {
  return {
    feed: listed.feed,
    listedAs: listed.value,
    categories: listed.categories,
    actors: listed.actors,
    ports: listed.ports ?? [],
    confidence: thousandths(agedConfidence(listed, now)),
    feedAsOf: listed.feedAsOf,
    ...(listed.sameAs === undefined ? {} : { sameAs: listed.sameAs }),
    current: isCurrent(listed, now),
  };
}

function isCurrent(listed: Listed, now: EpochMs): boolean {
  const { validUntil } = listed;
  return (validUntil === undefined || now < validUntil) && halfLives(listed, now) <= STALE_AFTER_HALF_LIVES;
}

/** Independent lineages as independent evidence, 1 − Π(1 − c); within one only the surest word counts. */
function combine(listings: readonly Listed[], now: EpochMs): number {
  const byLineage = new Map<string, number>();
  for (const listed of listings) {
    const confidence = agedConfidence(listed, now);
    byLineage.set(listed.lineage, Math.max(confidence, byLineage.get(listed.lineage) ?? 0));
  }
  const doubt = [...byLineage.values()]
    .sort((a, b) => a - b)
    .reduce((product, each) => product * (1 - each), 1);
  return thousandths(1 - doubt);
}

function agedConfidence(listed: Listed, now: EpochMs): number {
  return listed.confidence * 0.5 ** halfLives(listed, now);
}

/** In whole days, so that an answer does not change from one minute to the next. */
function halfLives(listed: Listed, now: EpochMs): number {
  const halfLife = HALF_LIFE_DAYS[listed.type];
  if (halfLife === null) return 0;
  const age = Math.floor((now - (listed.lastSeen ?? listed.feedAsOf)) / DAY_MS);
  return Math.max(0, age) / halfLife;
}

function thousandths(share: number): number {
  return Math.round(share * 1_000) / 1_000;
}

function extreme(pick: (...times: number[]) => number, times: readonly (EpochMs | null)[]): EpochMs | null {
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : pick(...known);
}
