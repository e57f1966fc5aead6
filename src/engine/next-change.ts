import {
  ANOMALY_NATURE,
  type Anomaly,
  type EntityProfile,
  type EpochMs,
  type FactorName,
  HOUR_MS,
  rank,
  SEVERITIES,
} from '../model/index.ts';
import { VIOLATION_WINDOW_MS } from '../policy/index.ts';
import { nextAging } from './aging.ts';
import { QUIET_CLOSE_MS } from './anomalies.ts';
import type { Grounds, MeasuringGrounds } from './grounds.ts';
import type { Maintenance } from './maintenance.ts';
import type { Partition } from './partition.ts';
import type { Sensors } from './sensors.ts';
import type { Standing } from './standing.ts';

/** Instants looked at before nothing is foretold: a third of a year of midnights. */
const LOOK_AHEAD = 120;

/** What time alone does next to an entity's posture, if nothing else happens. */
export interface NextChange {
  readonly at: EpochMs;
  readonly factors: readonly FactorName[];
  /** Milli-points regained, negative where they are lost; `null` where only the instant is known. */
  readonly milliPoints: number | null;
}

/** Measured with the engine's own functions at each instant at which it would look again; nothing is written. */
export function nextChange(partition: Partition, profile: EntityProfile, now: EpochMs): NextChange | null {
  const row = partition.rows.find(profile.id);
  const standing = row === -1 ? null : partition.standing(profile.id);
  if (standing === null) return null;
  const { settling, standings } = partition;
  const deviating = standings.published(row, 'behavior_deviation') > 0 ? nextHour(now) : null;
  const publishedP = (factor: FactorName) => standings.published(row, factor);
  let at = now;
  for (let step = 0; step < LOOK_AHEAD; step++) {
    const known = settling.known(row, profile, at);
    const grounds = groundsAt(settling.grounds, at);
    const aging = nextAging(known, publishedP, grounds, at);
    const next = earliest([aging, ...expiries(settling.grounds, profile, at), deviating]);
    if (next === null) return null;
    // What the hour brings depends on what is seen in it.
    if (next === deviating) return { at: next, factors: ['behavior_deviation'], milliPoints: null };
    const then = settling.supposed(
      row,
      settling.known(row, profile, next),
      groundsAt(settling.grounds, next),
      next,
    );
    const factors = movedBetween(standing, then);
    if (factors.length > 0) return { at: next, factors, milliPoints: then.scoreExact - standing.scoreExact };
    at = next;
  }
  return null;
}

/**
 * When it will be unexpectedly offline, if nothing is heard of it until then; `null` where that is not judged. What
 * its sensor did not hear either excuses it, and work that is planned: the waiting begins anew with its end.
 */
export function offlineFrom(
  { rows, deadlines, histories }: Partition,
  profile: EntityProfile,
  { maintenance, sensors }: Excuses,
): EpochMs | null {
  const row = rows.find(profile.id);
  const behavior = row === -1 ? null : histories.behavior(row);
  const armed = row === -1 ? null : deadlines.at(row, 'offline');
  if (behavior === null || armed === null) return armed;
  const sensor = histories.heardBy(row);
  const steadySince = sensor === null ? 0 : (sensors.of(sensor)?.steadySince ?? 0);
  let from = armed;
  for (;;) {
    const end = maintenance.at(profile, from)?.to ?? maintenance.lastEnd(profile, from);
    const anew = histories.behaviors.offlineDeadline(behavior, Math.max(steadySince, end));
    if (anew === null || anew <= from) return from;
    from = anew;
  }
}

interface Excuses {
  readonly maintenance: Pick<Maintenance, 'at' | 'lastEnd'>;
  readonly sensors: Sensors;
}

/** The same grounds once time has passed: what is quiet for long has closed, what is older than a day has expired. */
function groundsAt(grounds: Grounds, at: EpochMs): MeasuringGrounds {
  const { anomalies, violations, coverage, decider, connected, scoring } = grounds;
  const open = (anomaly: Anomaly) => anomaly.status !== 'closed' && !closesQuietly(anomaly, at);
  return {
    coverage,
    decider,
    connected,
    scoring,
    clockOf: (site) => grounds.clockOf(site),
    anomalies: {
      of: (id) => anomalies.of(id).filter((each) => each.status === 'closed' || open(each)),
      open: (id) => anomalies.open(id).filter(open),
      nextQuietClose: (id) => {
        const closing = anomalies.open(id).filter((each) => isLesserAct(each) && open(each));
        return earliest(closing.map(({ updatedAt }) => updatedAt + QUIET_CLOSE_MS));
      },
    },
    violations: {
      of: (id) => violations.of(id).filter(({ last }) => last + VIOLATION_WINDOW_MS > at),
      countFor: (id) => {
        const expired = violations.of(id).filter(({ last }) => last + VIOLATION_WINDOW_MS <= at).length;
        const counted = violations.countFor(id);
        return { ...counted, distinct: counted.distinct - expired };
      },
    },
  };
}

function expiries({ violations }: Grounds, { id }: EntityProfile, at: EpochMs): EpochMs[] {
  return violations
    .of(id)
    .map(({ last }) => last + VIOLATION_WINDOW_MS)
    .filter((expiry) => expiry > at);
}

function closesQuietly(anomaly: Anomaly, at: EpochMs): boolean {
  return isLesserAct(anomaly) && anomaly.updatedAt + QUIET_CLOSE_MS <= at;
}

function isLesserAct({ type, severity }: Anomaly): boolean {
  return ANOMALY_NATURE[type] === 'act' && rank(SEVERITIES, severity) <= rank(SEVERITIES, 'medium');
}

function movedBetween(before: Standing, after: Standing): FactorName[] {
  const was = new Map(before.factors.map(({ name, p }) => [name, p]));
  const is = new Map(after.factors.map(({ name, p }) => [name, p]));
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name)).sort();
}

function earliest(instants: readonly (EpochMs | null)[]): EpochMs | null {
  const known = instants.filter((each) => each !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function nextHour(now: EpochMs): EpochMs {
  return now - (now % HOUR_MS) + HOUR_MS;
}
