import { HOUR_MS } from '../../../src/model/index.ts';
import { auc } from '../metrics/auc.ts';
import { clusterInterval, type Interval } from '../metrics/bootstrap.ts';
import { allowedAlarms, bestF1, recallByAttack } from '../metrics/f1.ts';
import { medianOf } from '../metrics/median.ts';
import type { Unit } from '../metrics/unit.ts';
import { countOf, hourCounts, type HourCount, type HourPeer } from '../peers/hour-counts.ts';
import { isolationForest } from '../peers/isolation-forest.ts';
import { negativeBinomial } from '../peers/negative-binomial.ts';
import { sumOfSurprises } from '../peers/sum-of-surprises.ts';
import { zScore } from '../peers/z-score.ts';
import { type Background, testBegins } from '../telemetry/benign.ts';
import { type Talk, talksOf } from '../telemetry/talk.ts';
import { type Attacked, entityName, type Quiet, rounded, type Round } from './judged.ts';

/** False alarms per 1,000 entities per day. */
export const BUDGET = 200;

interface HoursFigures {
  readonly auc: number | null;
  readonly auc_95: Interval | null;
  readonly f1_at_200: number | null;
  readonly f1_at_200_95: Interval | null;
  /** At the threshold of that F1; medians. */
  readonly precision: number | null;
  readonly recall: number | null;
  readonly false_per_1000_day: number | null;
  /** At that threshold, over all seeds: what is beyond one detector is not beyond another. */
  readonly recall_by_attack: Readonly<Record<string, number>>;
  readonly auc_by_set: Readonly<Record<string, number | null>>;
}

export interface HoursReport {
  readonly product: HoursFigures & { readonly benign_hours: number; readonly positives: number };
  readonly peers: Readonly<Record<HourPeerName, HoursFigures>>;
}

const PEERS = {
  zscore: zScore,
  negative_binomial: negativeBinomial,
  isolation_forest: isolationForest,
  sum_of_surprises: sumOfSurprises,
} as const satisfies Record<string, HourPeer>;
export type HourPeerName = keyof typeof PEERS;
export type Detector = HourPeerName | 'product';
export const DETECTORS: readonly Detector[] = ['product', ...(Object.keys(PEERS) as HourPeerName[])];

/** Entity-hours of the second half of each background: benign ones as they were lived, against those with an attack in them. */
export function measureHours(quiets: readonly Quiet[], rounds: readonly Round[]): HoursReport {
  const trained = trainedHosts(quiets);
  const benign = benignHours(trained);
  const attacked = rounds.map((round) => placedHours(round, trained));
  const days = benign.length / 24;
  const allowed = allowedAlarms(BUDGET, days);
  const f1 = (units: readonly Unit[]) => bestF1(units, allowed)?.f1 ?? null;
  const figures = (detector: Detector): HoursFigures => {
    const placements = attacked.map((some) => [...benign, ...some].map((each) => unitOf(each, detector)));
    const best = placements.map((units) => bestF1(units, allowed));
    return {
      auc: rounded(medianOf(placements.map(auc))),
      auc_95: clusterInterval(placements, auc, `${detector} auc`),
      f1_at_200: rounded(medianOf(placements.map(f1))),
      f1_at_200_95: clusterInterval(placements, f1, `${detector} f1`),
      precision: rounded(medianOf(best.map((each) => each?.precision ?? null))),
      recall: rounded(medianOf(best.map((each) => each?.recall ?? null))),
      false_per_1000_day: rounded(medianOf(best.map((each) => each && (each.falseAlarms / days) * 1_000)), 0),
      recall_by_attack: recallByAttack(
        placements,
        best.map((each) => each?.threshold ?? Infinity),
      ),
      auc_by_set: aucBySet(placements),
    };
  };
  const byDetector = Object.fromEntries(DETECTORS.map((each) => [each, figures(each)])) as Record<
    Detector,
    HoursFigures
  >;
  const { product, ...peers } = byDetector;
  const counts = attacked.map((some) => some.reduce((sum, { weight }) => sum + weight, 0));
  return {
    product: { ...product, benign_hours: benign.length, positives: Math.round(medianOf(counts) ?? 0) },
    peers,
  };
}

/** Each judged host under its name, with the peers that trained on its first half. */
export function trainedHosts(quiets: readonly Quiet[]): TrainedHosts {
  const judged = quiets.filter(({ background }) => background.uses.includes('hours'));
  return new Map(
    judged.flatMap((quiet) =>
      quiet.hosts.map((host) => [entityName(quiet.background, host), new Host(quiet, host)] as const),
    ),
  );
}

export function benignHours(trained: TrainedHosts): readonly ScoredHour[] {
  return [...trained.values()].flatMap((host) => host.benign());
}

/** Hours in which what was placed did something. */
export function placedHours(round: Round, trained: TrainedHosts): readonly ScoredHour[] {
  return round.flatMap((life) => positives(life, trained));
}

function aucBySet(placements: readonly (readonly Unit[])[]): Readonly<Record<string, number | null>> {
  const sets = [...new Set(placements.flatMap((units) => units.map(setOf)))];
  const of = (set: string) => placements.map((units) => auc(units.filter((each) => setOf(each) === set)));
  return Object.fromEntries(sets.map((set) => [set, rounded(medianOf(of(set)))]));
}

function setOf({ entity }: Unit): string {
  return entity.slice(0, entity.lastIndexOf('/'));
}

export interface ScoredHour extends Omit<Unit, 'score'> {
  readonly scores: Readonly<Record<Detector, number>>;
}

export function unitOf({ scores, ...unit }: ScoredHour, detector: Detector): Unit {
  return { ...unit, score: scores[detector] };
}

type TrainedHosts = ReadonlyMap<string, Host>;

/** One host's hours, and the peers that trained on its first half. */
class Host {
  readonly entity: string;
  readonly #quiet: Quiet;
  readonly #host: string;
  readonly #peers: Readonly<Record<HourPeerName, (hour: HourCount) => number>>;
  readonly #tested: readonly HourCount[];

  constructor(quiet: Quiet, host: string) {
    const { background } = quiet;
    this.#quiet = quiet;
    this.#host = host;
    this.entity = entityName(background, host);
    const [first, last] = fullHours(background);
    const counts = hourCounts(background.talks, host, first, last);
    const from = testBegins(background) / HOUR_MS;
    const training = counts.filter(({ hour }) => hour < from);
    this.#tested = counts.filter(({ hour }) => hour >= from);
    this.#peers = Object.fromEntries(
      Object.entries(PEERS).map(([name, peer]) => [name, peer(training)]),
    ) as Record<HourPeerName, (hour: HourCount) => number>;
  }

  benign(): readonly ScoredHour[] {
    const seen = this.#quiet.lived.hours.get(this.#host);
    return this.#tested.map((count) => ({
      entity: this.entity,
      what: 'benign',
      isPositive: false,
      weight: 1,
      scores: this.scores(count, seen?.get(count.hour) ?? 0),
    }));
  }

  /** What the peers make of an hour, beside what the product made of it. */
  scores(count: HourCount, product: number): Readonly<Record<Detector, number>> {
    const { zscore, negative_binomial, isolation_forest, sum_of_surprises } = this.#peers;
    return {
      product,
      zscore: zscore(count),
      negative_binomial: negative_binomial(count),
      isolation_forest: isolation_forest(count),
      sum_of_surprises: sum_of_surprises(count),
    };
  }
}

function positives({ quiet, placements, lived }: Attacked, hosts: TrainedHosts): readonly ScoredHour[] {
  const { background } = quiet;
  const [, last] = fullHours(background);
  // A tunnel within DNS shows in what is asked, not in how many connections there are.
  const voluminous = placements.filter(({ trace }) => trace.kinds.includes('volume'));
  return voluminous.flatMap((placement) => {
    const host = hosts.get(entityName(background, placement.host));
    const hours = placement.hours.filter((hour) => hour <= last);
    if (host === undefined) return [];
    const added = talksOf(placement.events);
    return hours.map((hour) => ({
      entity: host.entity,
      what: placement.trace.name,
      isPositive: true,
      weight: 1 / hours.length,
      scores: host.scores(
        countOf(hour, [
          ...inHour(background.talks, placement.host, hour),
          ...inHour(added, placement.host, hour),
        ]),
        lived.hours.get(placement.host)?.get(hour) ?? 0,
      ),
    }));
  });
}

function inHour(talks: readonly Talk[], host: string, hour: number): readonly Talk[] {
  return talks.filter(({ from, time }) => from === host && Math.floor(time / HOUR_MS) === hour);
}

/** The first and the last hour of which all was watched. */
function fullHours({ begin, end }: Background): readonly [first: number, last: number] {
  return [Math.ceil(begin / HOUR_MS), Math.floor(end / HOUR_MS) - 1];
}
