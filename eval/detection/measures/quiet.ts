import { type Anomaly, rank, SEVERITIES } from '../../../src/model/index.ts';
import { clusterInterval, type Interval } from '../metrics/bootstrap.ts';
import { medianOf, quantile } from '../metrics/median.ts';
import type { Unit } from '../metrics/unit.ts';
import { anomaliesAt } from '../product/lived.ts';
import { daysOf } from '../telemetry/benign.ts';
import { entityName, type Quiet, rounded, type Round } from './judged.ts';
import { type AttackReport, byAttack, outcomesOf, shareOf } from './attacks.ts';

export interface QuietReport {
  /** Anomalies opened per 1,000 entities per day, and those of them that became high or critical. */
  readonly alarms_per_1000_day: number | null;
  readonly alarms_per_1000_day_95: Interval | null;
  readonly high_per_1000_day: number | null;
  readonly alarms: number;
  readonly by_type: Readonly<Record<string, number>>;
  /** Of machines that are in the telemetry and are none of the judged. */
  readonly of_others: number;
  readonly entity_days: number;
  /** Share of the placed attacks of which a true anomaly is in the first three of the operator's list. */
  readonly true_in_first_3: number | null;
  /** Share of which there is one at all. */
  readonly true_at_all: number | null;
  /** From an attack's beginning to the first that was said of it; a miss is infinite, an infinite one `null`. */
  readonly minutes_to_tell_median: number | null;
  readonly minutes_to_tell_p90: number | null;
  readonly by_attack: Readonly<Record<string, AttackReport>>;
}

/** What an operator of a fleet that nobody attacks is told; and where in the list the one attack is. */
export function measureQuiet(quiets: readonly Quiet[], rounds: readonly Round[]): QuietReport {
  const judged = quiets.filter(({ background }) => background.uses.includes('quiet'));
  const days = judged.reduce((sum, { background, hosts }) => sum + hosts.length * daysOf(background), 0);
  const opened = judged.flatMap((quiet) =>
    anomaliesAt(quiet.lived, Infinity).map(({ who, anomaly }) => ({ quiet, who, anomaly })),
  );
  const ours = opened.filter(({ quiet, who }) => quiet.hosts.includes(who));
  const others = opened.filter(({ quiet, who }) => !quiet.background.hosts.includes(who));
  const outcomes = rounds.map(outcomesOf);
  const minutes = outcomes.flat().map((each) => each.minutes);
  const per1000 = (count: number) => (days === 0 ? null : rounded((count / days) * 1_000, 1));
  return {
    alarms_per_1000_day: per1000(ours.length),
    alarms_per_1000_day_95: interval(
      judged,
      ours.map(({ quiet, who }) => entityName(quiet.background, who)),
    ),
    high_per_1000_day: per1000(ours.filter(({ anomaly }) => isHigh(anomaly)).length),
    alarms: ours.length,
    by_type: countBy(ours.map(({ anomaly }) => anomaly.type)),
    of_others: others.length,
    entity_days: rounded(days, 2) ?? 0,
    true_in_first_3: rounded(medianOf(outcomes.map((some) => shareOf(some, ({ isFirst }) => isFirst)))),
    true_at_all: rounded(medianOf(outcomes.map((some) => shareOf(some, ({ isTold }) => isTold)))),
    minutes_to_tell_median: rounded(quantile(minutes, 0.5), 1),
    minutes_to_tell_p90: rounded(quantile(minutes, 0.9), 1),
    by_attack: byAttack(outcomes),
  };
}

function isHigh({ severity }: Anomaly): boolean {
  return rank(SEVERITIES, severity) >= rank(SEVERITIES, 'high');
}

function interval(judged: readonly Quiet[], alarmed: readonly string[]): Interval | null {
  const counts = countBy(alarmed);
  // Each host stands for its days and its alarms.
  const units = judged.flatMap(({ background, hosts }) =>
    hosts.map((host): Unit => {
      const entity = entityName(background, host);
      return {
        entity,
        what: 'quiet',
        isPositive: false,
        weight: daysOf(background),
        score: counts[entity] ?? 0,
      };
    }),
  );
  return clusterInterval([units], rate, 'quiet');
}

/** Alarms per 1,000 days: a unit weighs its days and scores its alarms. */
function rate(some: readonly Unit[]): number | null {
  const days = some.reduce((sum, { weight }) => sum + weight, 0);
  return days === 0 ? null : (some.reduce((sum, { score }) => sum + score, 0) / days) * 1_000;
}

function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
