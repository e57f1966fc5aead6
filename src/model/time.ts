/** Milliseconds since 1970-01-01T00:00Z, an integer. All times of the engine are event times. */
export type EpochMs = number;

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** ISO 8601 in UTC with milliseconds, the form of every instant in an answer. */
export function iso(time: EpochMs): string {
  return new Date(time).toISOString();
}

/** `null` where a thing has not happened; the page's keys are always present. */
export function isoOrNull(time: EpochMs | null): string | null {
  return time === null ? null : iso(time);
}

/** The first midnight (UTC) at or before `time`. */
export function startOfDayUtc(time: EpochMs): EpochMs {
  return Math.floor(time / DAY_MS) * DAY_MS;
}
