import { type Anomaly, DAY_MS, rank, SEVERITIES } from '../../../src/model/index.ts';
import type { OpenedAnomaly, SimulatedLife } from '../product/simulated.ts';
import { rounded } from './judged.ts';

const WEEK_MS = 7 * DAY_MS;

/** What a simulated fleet that nobody attacks is told in its last week: rhythms of the week and scale, not realism. */
export interface QuietSimulatedReport {
  readonly simulated: true;
  /** Anomalies first told in the last week, per 1,000 entities per day; those of them that became high or critical. */
  readonly alarms_per_1000_day: number | null;
  readonly high_per_1000_day: number | null;
  readonly alarms: number;
  readonly by_type: Readonly<Record<string, number>>;
  /** Anomalies first told in each week, the first first: what the first days of a baseline cost. */
  readonly alarms_by_week: readonly number[];
  /** Whatever its week: type and worst severity → how many, and what the first of them said. */
  readonly kinds: Readonly<Record<string, string>>;
  readonly entities: number;
  readonly entity_days: number;
  readonly events: number;
}

export function measureQuietSimulated({
  begin,
  end,
  events,
  entities,
  opened,
}: SimulatedLife): QuietSimulatedReport {
  const weeks = Math.ceil((end - begin) / WEEK_MS);
  const last = opened.filter(({ at }) => at >= end - WEEK_MS && at < end);
  const days = (entities * Math.min(WEEK_MS, end - begin)) / DAY_MS;
  const per1000 = (count: number) => (days === 0 ? null : rounded((count / days) * 1_000, 1));
  const weekOf = ({ at }: OpenedAnomaly) => weeks - 1 - Math.floor((end - 1 - at) / WEEK_MS);
  return {
    simulated: true,
    alarms_per_1000_day: per1000(last.length),
    high_per_1000_day: per1000(last.filter(isHigh).length),
    alarms: last.length,
    by_type: countsOf(last.map(({ anomaly }) => anomaly.type)),
    alarms_by_week: Array.from(
      { length: weeks },
      (_, week) => opened.filter((each) => weekOf(each) === week).length,
    ),
    kinds: kindsOf(opened),
    entities,
    entity_days: days,
    events,
  };
}

function isHigh({ severities }: OpenedAnomaly): boolean {
  return rank(SEVERITIES, worstOf(severities)) >= rank(SEVERITIES, 'high');
}

function worstOf(severities: ReadonlySet<Anomaly['severity']>): Anomaly['severity'] {
  return [...severities].reduce((a, b) => (rank(SEVERITIES, b) > rank(SEVERITIES, a) ? b : a));
}

function kindsOf(opened: readonly OpenedAnomaly[]): Record<string, string> {
  const kinds = Map.groupBy(opened, ({ anomaly, severities }) => `${anomaly.type} ${worstOf(severities)}`);
  return Object.fromEntries(
    [...kinds].map(([kind, some]) => [kind, `${some.length}, first: ${some[0]?.anomaly.description}`]),
  );
}

function countsOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(names, (each) => each)].map(([name, some]) => [name, some.length]),
  );
}
