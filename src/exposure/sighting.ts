import type { EpochMs, Evidence, FactorName, ThreatCategory } from '../model/index.ts';
import { type Destination, destinationKey } from './destination.ts';
import type { ThreatVerdict } from './verdict.ts';

/** The threat factors that sightings give. */
type SightingFactor = Extract<
  FactorName,
  | 'c2_reached'
  | 'c2_blocked'
  | 'malicious_destination_reached'
  | 'malicious_destination_blocked'
  | 'malicious_file'
>;

/** What became of the contact. `inbound`: the listed side began it and got no answer; the internet does so all day. */
export type ContactOutcome = 'reached' | 'attempted' | 'blocked' | 'inbound';

/** A listed destination in an event, and what the feeds said at that time. */
export interface Match {
  readonly destination: Destination;
  readonly verdict: ThreatVerdict;
}

/** All contacts of one entity with one listed destination. */
export interface Sighting {
  readonly destination: Destination;
  readonly categories: readonly ThreatCategory[];
  readonly confidence: number;
  readonly malicious: boolean;
  readonly counts: Readonly<Record<ContactOutcome, number>>;
  /** Of contacts that got through. */
  readonly reached: Span | null;
  /** Of contacts that did not: blocked, or attempted in vain. */
  readonly stopped: Span | null;
  readonly first: EpochMs;
  readonly last: EpochMs;
}

interface Span {
  readonly first: EpochMs;
  readonly last: EpochMs;
  /** Of the newest contact. */
  readonly evidence: Evidence;
}

/** What a sighting says of the entity: a factor's raw measurement, before age and the scoring profile's steps. */
export interface Threat {
  readonly factor: SightingFactor;
  /** 0 < confidence ≤ 1: how sure the feeds are of the listing; of a merely suspicious one a share. */
  readonly confidence: number;
  readonly last: EpochMs;
  /** Of the newest contact. */
  readonly evidence: Evidence;
}

/** A merely suspicious destination weighs this share of what the feeds' confidence says. */
const SUSPICIOUS_SHARE = 0.3;

export function newSighting(match: Match, time: EpochMs): Sighting {
  return {
    destination: match.destination,
    ...judged(match.verdict),
    counts: { reached: 0, attempted: 0, blocked: 0, inbound: 0 },
    reached: null,
    stopped: null,
    first: time,
    last: time,
  };
}

/** The sighting with one more contact; contacts may come in any order of time. */
export function withContact(
  sighting: Sighting,
  match: Match,
  outcome: ContactOutcome,
  time: EpochMs,
  evidence: Evidence,
): Sighting {
  const stopped = outcome === 'blocked' || outcome === 'attempted';
  return {
    ...sighting,
    ...judged(match.verdict),
    counts: { ...sighting.counts, [outcome]: sighting.counts[outcome] + 1 },
    reached: outcome === 'reached' ? extended(sighting.reached, time, evidence) : sighting.reached,
    stopped: stopped ? extended(sighting.stopped, time, evidence) : sighting.stopped,
    first: Math.min(sighting.first, time),
    last: Math.max(sighting.last, time),
  };
}

/** The contacts of two identities that are one, under what the feeds said to the one that is met later. */
export function joined(a: Sighting, b: Sighting): Sighting {
  const { counts } = a;
  return {
    ...(b.last > a.last ? b : a),
    counts: {
      reached: counts.reached + b.counts.reached,
      attempted: counts.attempted + b.counts.attempted,
      blocked: counts.blocked + b.counts.blocked,
      inbound: counts.inbound + b.counts.inbound,
    },
    reached: joinedSpan(a.reached, b.reached),
    stopped: joinedSpan(a.stopped, b.stopped),
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
  };
}

/** The same contacts under what the feeds say now. */
export function rejudged(sighting: Sighting, verdict: ThreatVerdict): Sighting {
  return { ...sighting, ...judged(verdict) };
}

/** What the contacts that got through and those that did not say, each by itself. */
export function threatsIn(sighting: Sighting): Threat[] {
  const kind = sighting.categories.includes('c2_server') ? 'c2' : 'malicious_destination';
  const file = sighting.destination.type === 'hash';
  const found: { factor: SightingFactor; span: Span | null }[] = file
    ? [{ factor: 'malicious_file', span: sighting.reached ?? sighting.stopped }]
    : [
        { factor: `${kind}_reached`, span: sighting.reached },
        { factor: `${kind}_blocked`, span: sighting.stopped },
      ];
  const share = sighting.malicious || kind === 'c2' ? 1 : SUSPICIOUS_SHARE;
  return found.flatMap(({ factor, span }) =>
    span === null
      ? []
      : [{ factor, confidence: sighting.confidence * share, last: span.last, evidence: span.evidence }],
  );
}

/** What it is worth to know of a sighting, whatever else is known of it. */
type Worth = Pick<Sighting, 'destination' | 'last'> & {
  readonly reached: unknown;
  readonly stopped: unknown;
};

/** What is dropped first where there are too many: unanswered knocks, then what was stopped; the oldest of them. */
export function compareWorth(a: Worth, b: Worth): number {
  const rank = (each: Worth) => (each.reached !== null ? 2 : each.stopped !== null ? 1 : 0);
  return (
    rank(a) - rank(b) ||
    a.last - b.last ||
    (destinationKey(a.destination) < destinationKey(b.destination) ? -1 : 1)
  );
}

function judged(verdict: ThreatVerdict): Pick<Sighting, 'categories' | 'confidence' | 'malicious'> {
  const { categories, confidence, reputation } = verdict;
  return { categories, confidence, malicious: reputation === 'malicious' };
}

function extended(span: Span | null, time: EpochMs, evidence: Evidence): Span {
  if (span === null) return { first: time, last: time, evidence };
  const newest = time >= span.last ? evidence : span.evidence;
  return { first: Math.min(span.first, time), last: Math.max(span.last, time), evidence: newest };
}

function joinedSpan(a: Span | null, b: Span | null): Span | null {
  if (a === null || b === null) return a ?? b;
  const { evidence } = b.last > a.last ? b : a;
  return { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), evidence };
}
