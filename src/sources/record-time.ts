import type { EpochMs, Observation } from '../model/index.ts';

/**
 * When what is told of began. A log is written either in the order in which flows end (Zeek, live) or in
 * which they began (captures, sorted files); by the beginning both can be merged without one file
 * holding back: it is never after the record's time, so a record is at worst read early.
 */
export function startOf(observation: Observation): EpochMs {
  const duration = observation.kind === 'connection' ? observation.durationMs : null;
  return observation.time - (duration ?? 0);
}
