import { DAY_MS, type EpochMs, HOUR_MS } from '../model/index.ts';

/** Times inside the simulator: microseconds since 1970, as sensors stamp them. */
export type Micros = number;

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const TIME_ZONE = 'Europe/Berlin';

/** A moment on the wall clock of the site. */
export interface LocalTime {
  /** Days since 1970-01-01, local. */
  readonly day: number;
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number;
  /** 0 ≤ h < 24, with fraction. */
  readonly hour: number;
}

export function localTime(at: Micros): LocalTime {
  const utc = at / 1_000;
  const local = utc + offsetMs(utc);
  const day = Math.floor(local / DAY_MS);
  // 1970-01-01 was a Thursday.
  return { day, weekday: ((((day + 3) % 7) + 7) % 7) + 1, hour: (local - day * DAY_MS) / HOUR_MS };
}

/** The instant of a wall-clock hour of a local day. */
export function instantOf(day: number, hour: number): Micros {
  const local = day * DAY_MS + Math.round(hour * HOUR_MS);
  const utc = local - offsetMs(local - HOUR_MS);
  return utc * 1_000;
}

/** Central European time: two hours ahead of UTC in summer, else one (Directive 2000/84/EC). */
function offsetMs(utc: EpochMs): number {
  const year = new Date(utc).getUTCFullYear();
  const summer = utc >= summerChange(year, 2) && utc < summerChange(year, 9);
  return summer ? 2 * HOUR_MS : HOUR_MS;
}

/** 01:00 UTC on the last Sunday of March (month 2) or October (9), both of 31 days. */
function summerChange(year: number, month: number): EpochMs {
  const last = Date.UTC(year, month, 31, 1);
  return last - new Date(last).getUTCDay() * DAY_MS;
}

/** How busy people at work are in an hour of the day: a slow start, a lunch, a tired end. */
export function businessAt(hour: number): number {
  if (hour < 9) return 0.8;
  if (hour >= 12 && hour < 13) return 0.35;
  return hour < 16.5 ? 1 : 0.7;
}

/** How many people are in the house, 0…1, on an average day. */
export function presenceAt({ weekday, hour }: LocalTime): number {
  if (weekday > 5) return hour > 9 && hour < 16 ? 0.05 : 0;
  if (hour < 6.5 || hour > 19.5) return 0.01;
  if (hour < 9) return (hour - 6.5) / 2.5;
  return hour > 16.5 ? Math.max(0.03, (19.5 - hour) / 3) : 1;
}
