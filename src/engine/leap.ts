import { type EpochMs, HOUR_MS } from '../model/index.ts';

/** A sensor that moves time further than this at once makes a leap: a quiet night, or a wrong clock. */
export const LEAP_MS = HOUR_MS;
/** So many of its records without another sensor's word against it make a leap true. */
const UNOPPOSED_RECORDS = 64;

/** One sensor says that much time has passed; the others have not said so yet. */
interface Leap {
  readonly sensor: string;
  readonly to: EpochMs;
  /** Its records since the last one of another sensor that still told the old time. */
  readonly unopposed: number;
}

/** How far time is believed to have come (`null` before it began), and a leap ahead of it that is in doubt. */
export interface Believed {
  readonly now: EpochMs | null;
  readonly leap: Leap | null;
}

/**
 * What is believed after an event (docs/adr/0027): a front that leaps waits until another sensor agrees, or nobody contradicts.
 * @param front how far several events of this sensor support; `null` while they are too few
 * @param isAlone no other sensor is known
 */
export function believedAfter(
  before: Believed,
  sensor: string,
  time: EpochMs,
  front: EpochMs | null,
  isAlone: boolean,
): Believed {
  const { now } = before;
  const believed = now !== null && time - now <= LEAP_MS ? opposed(before, sensor) : before;
  if (front === null || (now !== null && front <= now)) return believed;
  if (now === null || front - now <= LEAP_MS || isAlone) return advanced(believed, front);
  return claimed(believed, sensor, front);
}

/** Time has come so far, whoever doubts it; it never goes back. */
export function advanced({ now: before, leap }: Believed, to: EpochMs): Believed {
  const now = before === null || to > before ? to : before;
  return { now, leap: leap !== null && leap.to - now <= LEAP_MS ? null : leap };
}

/** Somebody still tells the old time. */
function opposed(believed: Believed, sensor: string): Believed {
  const { now, leap } = believed;
  if (leap === null || leap.sensor === sensor) return believed;
  return { now, leap: { ...leap, unopposed: 0 } };
}

function claimed(believed: Believed, sensor: string, to: EpochMs): Believed {
  const { now, leap } = believed;
  if (leap !== null && leap.sensor !== sensor) {
    // Two sensors: time has come at least to the lesser of their fronts.
    const agreed = advanced(believed, Math.min(leap.to, to));
    return to > leap.to ? { now: agreed.now, leap: { sensor, to, unopposed: 1 } } : agreed;
  }
  const unopposed = (leap?.unopposed ?? 0) + 1;
  if (unopposed >= UNOPPOSED_RECORDS) return advanced(believed, to);
  return { now, leap: { sensor, to, unopposed } };
}
