import { type Anomaly, rank, SEVERITIES } from '../../../src/model/index.ts';
import { auc } from '../metrics/auc.ts';
import { clusterInterval, type Interval } from '../metrics/bootstrap.ts';
import { allowedAlarms, bestF1 } from '../metrics/f1.ts';
import { median, medianOf } from '../metrics/median.ts';
import type { Unit } from '../metrics/unit.ts';
import { anomaliesAt } from '../product/lived.ts';
import {
  benignHours,
  BUDGET,
  type Detector,
  DETECTORS,
  type HourPeerName,
  placedHours,
  type ScoredHour,
  trainedHosts,
  unitOf,
} from './hours.ts';
import { type Attacked, type Quiet, rounded, type Round } from './judged.ts';
import { isTrue, watchedUntil } from './truth.ts';

interface PlaceboFigures {
  /** Placebo hours against plain benign ones. 0.5: what is new and added says nothing by itself. */
  readonly auc: number | null;
  readonly auc_95: Interval | null;
  readonly auc_by_donor: Readonly<Record<string, number | null>>;
  /** Attack hours against placebo hours: both are new and added. */
  readonly attack_auc: number | null;
  readonly attack_auc_95: Interval | null;
  /** The best over all thresholds, to be read beside `attack_f1_of_all`. */
  readonly attack_f1: number | null;
  readonly attack_f1_95: Interval | null;
  /** Share of the placebo hours that reach the threshold of `hours.f1_at_200`. */
  readonly flagged: number | null;
}

export interface PlaceboReport {
  readonly product: PlaceboFigures &
    PlaceboAnomalies & {
      /** Under one seed. */
      readonly placebo_hours: number | null;
      /** What flagging every hour, attack or placebo, would have for `attack_f1`. */
      readonly attack_f1_of_all: number | null;
    };
  readonly peers: Readonly<Record<HourPeerName, PlaceboFigures>>;
}

interface PlaceboAnomalies {
  readonly placed: number;
  readonly events_median: number | null;
  /** Share of the placebos of which an anomaly tells; of which one does that is high or critical. */
  readonly told: number | null;
  readonly told_high: number | null;
  /** Type → highest severity by an hour after its end → share of the placebos. */
  readonly told_by_type: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly told_by_donor: Readonly<Record<string, number>>;
}

/** What a benign change of a host's life raises, where all that it meets is as new as what an attack meets. */
export function measurePlacebo(
  quiets: readonly Quiet[],
  rounds: readonly Round[],
  placebos: readonly Round[],
): PlaceboReport {
  const trained = trainedHosts(quiets);
  const benign = benignHours(trained);
  const allowed = allowedAlarms(BUDGET, benign.length / 24);
  const attacks = rounds.map((round) => placedHours(round, trained));
  const placed = placebos.map((round) => placedHours(round, trained));
  const figures = (detector: Detector): PlaceboFigures => {
    const unit = (each: ScoredHour) => unitOf(each, detector);
    const plain = benign.map(unit);
    const [attacked, added] = [attacks.map((some) => some.map(unit)), placed.map((some) => some.map(unit))];
    const alone = added.map((some) => [...plain, ...some]);
    const against = attacked.map((some, index) => [...some, ...(added[index] ?? []).map(asBenign)]);
    const thresholds = attacked.map((some) => bestF1([...plain, ...some], allowed)?.threshold ?? Infinity);
    const label = `placebo ${detector}`;
    return {
      auc: rounded(medianOf(alone.map(auc))),
      auc_95: clusterInterval(alone, auc, `${label} auc`),
      auc_by_donor: aucByDonor(alone),
      attack_auc: rounded(medianOf(against.map(auc))),
      attack_auc_95: clusterInterval(against, auc, `${label} attack auc`),
      attack_f1: rounded(medianOf(against.map(f1))),
      attack_f1_95: clusterInterval(against, f1, `${label} attack f1`),
      flagged: rounded(medianOf(added.map((some, index) => shareAbove(some, thresholds[index] ?? Infinity)))),
    };
  };
  const byDetector = Object.fromEntries(DETECTORS.map((each) => [each, figures(each)])) as Record<
    Detector,
    PlaceboFigures
  >;
  const { product, ...peers } = byDetector;
  const counts = {
    placebo_hours: median(placed.map(({ length }) => length)),
    attack_f1_of_all: rounded(medianOf(attacks.map((some, index) => f1OfAll(some, placed[index] ?? [])))),
  };
  return { product: { ...product, ...placeboAnomalies(placebos), ...counts }, peers };
}

function asBenign(unit: Unit): Unit {
  return { ...unit, isPositive: false, weight: 1 };
}

function f1(units: readonly Unit[]): number | null {
  return bestF1(units, Infinity)?.f1 ?? null;
}

/** Recall 1, and the precision that the base rate gives. */
function f1OfAll(attacks: readonly ScoredHour[], placebos: readonly ScoredHour[]): number | null {
  const positives = attacks.reduce((sum, { weight }) => sum + weight, 0);
  return positives === 0 ? null : (2 * positives) / (2 * positives + placebos.length);
}

function shareAbove(units: readonly Unit[], threshold: number): number | null {
  const all = units.reduce((sum, { weight }) => sum + weight, 0);
  const above = units.reduce((sum, { weight, score }) => sum + (score >= threshold ? weight : 0), 0);
  return all === 0 ? null : above / all;
}

function aucByDonor(placements: readonly (readonly Unit[])[]): Readonly<Record<string, number | null>> {
  const donors = new Set(placements.flatMap((units) => units.filter(isPlaced).map(({ what }) => what)));
  const of = (donor: string) =>
    placements.map((units) => auc(units.filter((each) => !isPlaced(each) || each.what === donor)));
  return Object.fromEntries([...donors].sort().map((donor) => [donor, rounded(medianOf(of(donor)))]));
}

function isPlaced({ isPositive }: Unit): boolean {
  return isPositive;
}

interface Told {
  readonly donor: string;
  readonly events: number;
  readonly anomalies: readonly Anomaly[];
}

/** What operators are told of placebos, each as it stands an hour after the placebo's end. */
function placeboAnomalies(rounds: readonly Round[]): PlaceboAnomalies {
  const told = rounds.flat().flatMap(toldIn);
  const types = [...new Set(told.flatMap(({ anomalies }) => anomalies.map(({ type }) => type)))].sort();
  const severities = (type: string) =>
    SEVERITIES.map((severity) => {
      const isSo = ({ anomalies }: Told) =>
        highestOf(anomalies.filter((each) => each.type === type)) === severity;
      return [severity, share(told, isSo)] as const;
    }).filter(([, value]) => value > 0);
  return {
    placed: told.length,
    events_median: median(told.map(({ events }) => events)),
    told: told.length === 0 ? null : share(told, ({ anomalies }) => anomalies.length > 0),
    told_high: told.length === 0 ? null : share(told, ({ anomalies }) => anomalies.some(isHigh)),
    told_by_type: Object.fromEntries(types.map((type) => [type, Object.fromEntries(severities(type))])),
    told_by_donor: Object.fromEntries(
      [...Map.groupBy(told, ({ donor }) => donor)].map(([donor, some]) => [
        donor,
        share(some, ({ anomalies }) => anomalies.length > 0),
      ]),
    ),
  };
}

function share(some: readonly Told[], isSo: (each: Told) => boolean): number {
  return some.length === 0 ? 0 : Number((some.filter(isSo).length / some.length).toFixed(3));
}

function toldIn(life: Attacked): readonly Told[] {
  return life.placements.map((placement) => {
    const states = anomaliesAt(life.lived, watchedUntil(placement));
    const ours = states.filter((each) => each.who === placement.host && isTrue(life, each));
    return {
      donor: placement.trace.name,
      events: placement.events.length,
      anomalies: ours.map(({ anomaly }) => anomaly),
    };
  });
}

function highestOf(anomalies: readonly Anomaly[]): Anomaly['severity'] | null {
  const ranks = anomalies.map(({ severity }) => rank(SEVERITIES, severity));
  return anomalies.length === 0 ? null : (SEVERITIES[Math.max(...ranks)] ?? null);
}

function isHigh({ severity }: Anomaly): boolean {
  return rank(SEVERITIES, severity) >= rank(SEVERITIES, 'high');
}
