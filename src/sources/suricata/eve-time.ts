import { type EpochMs, MINUTE_MS } from '../../model/index.ts';

const DASH = 45;
const COLON = 58;
const DOT = 46;
const PLUS = 43;
const CAPITAL_T = 84;
const CAPITAL_Z = 90;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * An instant as Suricata writes it: `2017-02-02T05:17:03.234684+0000`, also with `+00:00` or `Z`.
 * Finer than milliseconds is cut off. `null` for everything else, a missing offset and a day that
 * the calendar lacks included: `Date.parse` would take those, in the machine's own time zone.
 */
export function parseEveTime(text: string): EpochMs | null {
  const local = parseLocal(text);
  if (local === null) return null;
  const offset = parseOffset(text, local.end);
  return offset === null ? null : local.ms - offset;
}

/** A certificate's validity, `2020-03-19T09:44:08`: UTC (RFC 5280 §4.1.2.5), whether an offset is written or not. */
export function parseValidity(text: string): EpochMs | null {
  const local = parseLocal(text);
  if (local === null) return null;
  return local.end === text.length ? local.ms : parseEveTime(text);
}

function parseLocal(text: string): { readonly ms: number; readonly end: number } | null {
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const day = digits(text, 8, 2);
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  const second = digits(text, 17, 2);
  const isPunctuated =
    text.charCodeAt(4) === DASH &&
    text.charCodeAt(7) === DASH &&
    text.charCodeAt(10) === CAPITAL_T &&
    text.charCodeAt(13) === COLON &&
    text.charCodeAt(16) === COLON;
  // Date.UTC reads years below 100 as of the 20th century.
  if (!isPunctuated || year < 100 || day < 1 || day > daysIn(year, month)) return null;
  // A leap second is written as :60; it is the first instant of the next minute.
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return null;
  const fraction = parseFraction(text, 19);
  if (fraction === null) return null;
  return { ms: Date.UTC(year, month - 1, day, hour, minute, second, fraction.ms), end: fraction.end };
}

function parseFraction(text: string, start: number): { readonly ms: number; readonly end: number } | null {
  if (text.charCodeAt(start) !== DOT) return { ms: 0, end: start };
  let end = start + 1;
  while (digits(text, end, 1) >= 0) end++;
  const length = end - start - 1;
  if (length < 1 || length > 9) return null;
  return { ms: Number(text.slice(start + 1, Math.min(end, start + 4)).padEnd(3, '0')), end };
}

/** Milliseconds east of UTC. */
function parseOffset(text: string, start: number): number | null {
  const sign = text.charCodeAt(start);
  if (sign === CAPITAL_Z) return text.length === start + 1 ? 0 : null;
  if (sign !== PLUS && sign !== DASH) return null;
  const minuteAt = text.charCodeAt(start + 3) === COLON ? start + 4 : start + 3;
  const hours = digits(text, start + 1, 2);
  const minutes = digits(text, minuteAt, 2);
  if (text.length !== minuteAt + 2 || hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return null;
  return (sign === PLUS ? 1 : -1) * (hours * 60 + minutes) * MINUTE_MS;
}

function daysIn(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** The number in `length` digits, or -1. */
function digits(text: string, start: number, length: number): number {
  let value = 0;
  for (let i = start; i < start + length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}
