import { type EpochMs, LIMITS, type SensorId, type SiteId } from '../model/index.ts';

/** Where the records of a file come from, and the clock of the intake that reads them. */
export interface SourceContext {
  readonly site: SiteId;
  readonly sensor: SensorId;
  /**
   * The intake's clock: the instant at which it began to read, or the clock itself where it reads for
   * days. A record far ahead of it has a broken clock.
   */
  readonly now: EpochMs | (() => EpochMs);
  /** Sent over the network as it happens: no capture with a clock of its own, and less far ahead (`LIMITS.liveFutureMs`). */
  readonly isLive?: boolean;
}

/** Before this no sensor of today wrote a log; such a time is a relative clock or a broken one. */
const FIRST_MODERN_MS: EpochMs = Date.UTC(1990, 0, 1);

/**
 * The times that one file's records may have. A capture with a relative clock (some tools write seconds
 * since its start) is taken as it is, as long as all of it is relative; once a file has shown a modern
 * time, a time before 1990 is a clock fault. So is a negative time, or one too far ahead of the intake.
 */
export interface TimeGate {
  /** Whether a record of this time may enter. Only times that entered shape what may follow. */
  admits(time: EpochMs): boolean;
}

/** @param isAbsolute the format counts from 1970 by its own rules: there is no relative clock in it */
export function createTimeGate(
  { now, isLive = false }: Pick<SourceContext, 'now' | 'isLive'>,
  isAbsolute = isLive,
): TimeGate {
  const clock = typeof now === 'number' ? () => now : now;
  const futureMs = isLive ? LIMITS.liveFutureMs : LIMITS.futureMs;
  let modern = isAbsolute;
  return {
    admits(time) {
      if (time < 0 || time > clock() + futureMs) return false;
      if (time >= FIRST_MODERN_MS) {
        modern = true;
        return true;
      }
      return !modern;
    },
  };
}
