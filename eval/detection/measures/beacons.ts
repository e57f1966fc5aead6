import type { EpochMs } from '../../../src/model/index.ts';
import { clusterInterval, type Interval } from '../metrics/bootstrap.ts';
import { checkInsIn } from '../metrics/check-ins.ts';
import { allowedAlarms, bestF1, recallByAttack } from '../metrics/f1.ts';
import { median, medianOf } from '../metrics/median.ts';
import type { Unit } from '../metrics/unit.ts';
import { type Pair, pairsOf } from '../peers/pairs.ts';
import { regularNovelUnique } from '../peers/regularity.ts';
import { ritaScore } from '../peers/rita.ts';
import { isControl, type Placement } from '../placement/place.ts';
import { daysOf } from '../telemetry/benign.ts';
import { talksOf } from '../telemetry/talk.ts';
import { type Attacked, entityName, type Quiet, rounded, type Round } from './judged.ts';

/** False alarms per 1,000 entities per day. */
const BUDGET = 190;
/** So many of the benign that score highest are named. */
const SHOWN = 12;

interface BeaconFigures {
  readonly f1_at_190: number | null;
  readonly f1_at_190_95: Interval | null;
  readonly recall: number | null;
  readonly precision: number | null;
  readonly false_alarms: number | null;
  /** At the threshold of that F1, over all seeds. */
  readonly recall_by_attack: Readonly<Record<string, number>>;
  /** What scored highest and is no beacon. */
  readonly highest_benign: readonly string[];
}

/** What became of the placements of one family. */
interface FamilyFigures {
  readonly placed: number;
  /** Share of the placements of which the product said anything. */
  readonly told: number;
  /** As for all: a miss is infinite, and an infinite median `null`. */
  readonly intervals_to_detect_median: number | null;
  readonly check_ins_to_detect_median: number | null;
  /** At the threshold of the F1 of all. */
  readonly recall: number;
  /** Of those that were told. */
  readonly confidence_median: number | null;
}

export interface BeaconReport {
  readonly product: BeaconFigures & {
    readonly by_family: Readonly<Record<string, FamilyFigures>>;
    /** Contacts with the control server after the first, until the product said it; `null`: most often never. */
    readonly intervals_to_detect_median: number | null;
    /** As well, with what comes within a second counted as one. */
    readonly check_ins_to_detect_median: number | null;
    readonly entity_days: number;
    readonly positives: number;
  };
  readonly peers: Readonly<Record<'rita' | 'regularity_novel_unique', BeaconFigures>>;
}

/** (entity, destination): benign pairs as they were lived, against each control server that was placed. */
export function measureBeacons(quiets: readonly Quiet[], rounds: readonly Round[]): BeaconReport {
  const judged = quiets.filter(({ background }) => background.uses.includes('beacons'));
  const days = judged.reduce((sum, { background, hosts }) => sum + hosts.length * daysOf(background), 0);
  const allowed = allowedAlarms(BUDGET, days);
  const beacons = rounds.map((round) => round.flatMap(beaconsIn));
  const f1 = (units: readonly Unit[]) => bestF1(units, allowed)?.f1 ?? null;
  const placementsOf = (others: readonly Unit[], found: (beacon: Beacon) => number) =>
    beacons.map((some) => [...others, ...some.map((each) => positive(each, found(each)))]);
  const figures = (
    label: string,
    others: readonly Unit[],
    found: (beacon: Beacon) => number,
  ): BeaconFigures => {
    const placements = placementsOf(others, found);
    const best = placements.map((units) => bestF1(units, allowed));
    return {
      f1_at_190: rounded(medianOf(best.map((each) => each?.f1 ?? null))),
      f1_at_190_95: clusterInterval(placements, f1, label),
      recall: rounded(medianOf(best.map((each) => each?.recall ?? null))),
      precision: rounded(medianOf(best.map((each) => each?.precision ?? null))),
      false_alarms: medianOf(best.map((each) => each?.falseAlarms ?? null)),
      recall_by_attack: recallByAttack(
        placements,
        best.map((each) => each?.threshold ?? Infinity),
      ),
      highest_benign: [...others]
        .sort((a, b) => b.score - a.score)
        .slice(0, SHOWN)
        .map(({ entity, what, score }) => `${entity} → ${what}: ${score.toFixed(3)}`),
    };
  };
  const untilSaid = (counted: Counted) =>
    rounded(
      median(beacons.map((some) => median(some.map((each) => counted(untilSaidOf(each)))) ?? Infinity)),
      1,
    );
  const saidOfOthers = judged.flatMap(saidOfBenign);
  const thresholds = placementsOf(saidOfOthers, saidOf).map(
    (units) => bestF1(units, allowed)?.threshold ?? Infinity,
  );
  return {
    product: {
      ...figures('product', saidOfOthers, saidOf),
      by_family: byFamily(beacons, thresholds),
      intervals_to_detect_median: untilSaid(intervalsIn),
      check_ins_to_detect_median: untilSaid(intervalsOfCheckIns),
      entity_days: rounded(days, 2) ?? 0,
      positives: median(beacons.map(({ length }) => length)) ?? 0,
    },
    peers: {
      rita: figures('rita', judged.flatMap(ritaOfBenign), ({ pair, life }) =>
        pair === null ? 0 : ritaScore(pair, Math.max(pair.times.at(-1) ?? 0, life.quiet.background.end)),
      ),
      regularity_novel_unique: figures(
        'regularity',
        judged.flatMap(regularOfBenign),
        // A placed destination is new and nobody else's, by construction.
        ({ pair, life }) => (pair === null ? 0 : regularNovelUnique(pair, life.quiet.background.begin, 1)),
      ),
    },
  };
}

function byFamily(
  beacons: readonly (readonly Beacon[])[],
  thresholds: readonly number[],
): Readonly<Record<string, FamilyFigures>> {
  const outcomes = beacons.flatMap((some, seed) =>
    some.map((beacon) => ({
      family: beacon.placement.trace.family,
      confidence: saidOf(beacon),
      until: untilSaidOf(beacon),
      isFound: saidOf(beacon) >= (thresholds[seed] ?? Infinity),
    })),
  );
  const grouped = Map.groupBy(outcomes, ({ family }) => family);
  return Object.fromEntries(
    [...grouped].map(([family, some]): [string, FamilyFigures] => {
      const told = some.filter(({ confidence }) => confidence > 0);
      return [
        family,
        {
          placed: some.length,
          told: rounded(told.length / some.length) ?? 0,
          intervals_to_detect_median: rounded(median(some.map(({ until }) => intervalsIn(until))), 1),
          check_ins_to_detect_median: rounded(median(some.map(({ until }) => intervalsOfCheckIns(until))), 1),
          recall: rounded(some.filter(({ isFound }) => isFound).length / some.length) ?? 0,
          confidence_median: rounded(median(told.map(({ confidence }) => confidence))),
        },
      ];
    }),
  );
}

interface Beacon {
  readonly life: Attacked;
  readonly placement: Placement;
  /** As the peers see it. */
  readonly pair: Pair | null;
}

function beaconsIn(life: Attacked): readonly Beacon[] {
  if (!life.quiet.background.uses.includes('beacons')) return [];
  return life.placements
    .filter(({ trace }) => trace.kinds.includes('beacon'))
    .map((placement) => ({ life, placement, pair: controlPair(placement) }));
}

/** The control server that was talked to most. */
function controlPair({ host, events, control }: Placement): Pair | null {
  const pairs = pairsOf(talksOf(events), (from) => from === host);
  const ofControl = pairs.filter(({ destination }) => control.has(destination));
  return ofControl.sort((a, b) => b.times.length - a.times.length)[0] ?? null;
}

function positive({ life, placement }: Beacon, score: number): Unit {
  const entity = entityName(life.quiet.background, placement.host);
  const what = placement.trace.name;
  return { entity, what, isPositive: true, weight: 1, score: score > 0 ? score : -Infinity };
}

function saidAbout({ life, placement }: Beacon) {
  return life.lived.detections.filter(
    ({ type, who, evidence }) =>
      type === 'beaconing' && who === placement.host && isControl(placement, evidence[0]?.subject),
  );
}

function saidOf(beacon: Beacon): number {
  return Math.max(-Infinity, ...saidAbout(beacon).map(({ confidence }) => confidence));
}

/** The contacts until the product said it; `null` where it never did. */
function untilSaidOf(beacon: Beacon): readonly EpochMs[] | null {
  const first = saidAbout(beacon)[0];
  return first === undefined ? null : beacon.placement.contacts.filter((time) => time <= first.at);
}

type Counted = (until: readonly EpochMs[] | null) => number;

const intervalsIn: Counted = (until) => (until === null ? Infinity : Math.max(0, until.length - 1));

const intervalsOfCheckIns: Counted = (until) =>
  until === null ? Infinity : Math.max(0, checkInsIn(until) - 1);

function saidOfBenign({ background, hosts, lived }: Quiet): readonly Unit[] {
  const highest = new Map<string, Unit>();
  for (const { type, who, confidence, evidence } of lived.detections) {
    if (type !== 'beaconing' || !hosts.includes(who)) continue;
    const what = String(evidence[0]?.subject);
    const key = `${who} ${what}`;
    const score = Math.max(confidence, highest.get(key)?.score ?? 0);
    highest.set(key, { entity: entityName(background, who), what, isPositive: false, weight: 1, score });
  }
  return [...highest.values()];
}

function benignPairs({ background, hosts }: Quiet): readonly Pair[] {
  return pairsOf(background.talks, (from) => hosts.includes(from));
}

function ritaOfBenign(quiet: Quiet): readonly Unit[] {
  const { background } = quiet;
  return benignPairs(quiet).flatMap((pair) => benign(quiet, pair, ritaScore(pair, background.end)));
}

function regularOfBenign(quiet: Quiet): readonly Unit[] {
  const users = new Map<string, Set<string>>();
  for (const { from, destination } of quiet.background.talks) {
    const some = users.get(destination);
    if (some === undefined) users.set(destination, new Set([from]));
    else some.add(from);
  }
  return benignPairs(quiet).flatMap((pair) =>
    benign(
      quiet,
      pair,
      regularNovelUnique(pair, quiet.background.begin, users.get(pair.destination)?.size ?? 0),
    ),
  );
}

/** A score of nothing is never an alarm: most pairs need no place in the list. */
function benign({ background }: Quiet, { host, destination: what }: Pair, score: number): readonly Unit[] {
  const entity = entityName(background, host);
  return score > 0 ? [{ entity, what, isPositive: false, weight: 1, score }] : [];
}
