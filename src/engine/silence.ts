import { type Detection, type EpochMs, HOUR_MS } from '../model/index.ts';
import type { Histories } from './histories.ts';
import { isSilent, type Sensors } from './sensors.ts';

/** Whether somebody's silence says something yet. */
type Silence =
  | { readonly kind: 'waiting'; readonly until: EpochMs }
  | { readonly kind: 'departure'; readonly detection: Detection };

/** Work on it excuses its silence: it is not missed before `until`, and waited for anew from `waitedFrom`. */
export interface Frozen {
  readonly until: EpochMs;
  readonly waitedFrom: EpochMs;
}

/**
 * Silent for longer than it ever is, while its sensor hears others: that is a departure. `null` for somebody of
 * whom it is not known when to expect a word.
 */
export function silenceOf(
  row: number,
  histories: Histories,
  sensors: Sensors,
  now: EpochMs,
  { until, waitedFrom }: Frozen,
): Silence | null {
  const behavior = histories.behavior(row);
  const heardBy = histories.heardBy(row);
  const sensor = heardBy === null ? null : sensors.of(heardBy);
  if (behavior === null || sensor === null) return null;
  const from = Math.max(sensor.steadySince, waitedFrom);
  const deadline = histories.behaviors.offlineDeadline(behavior, from);
  if (deadline === null) return null;
  if (until > now) return { kind: 'waiting', until };
  if (deadline > now || isSilent(sensor, now)) {
    return { kind: 'waiting', until: Math.max(deadline, now + HOUR_MS) };
  }
  return { kind: 'departure', detection: histories.behaviors.offline(behavior, now) };
}
