import { HOUR_MS } from '../../model/index.ts';
import type { Encounter } from '../encounter.ts';

/** A machine's destination is called in nine hours of ten; a person's, as long as it is of interest, in three. */
const IN_AN_HOUR = { ofMachines: 0.9, ofPeople: 0.3 } as const;
const CALLED = Math.log(IN_AN_HOUR.ofMachines / IN_AN_HOUR.ofPeople);
const SILENT = Math.log((1 - IN_AN_HOUR.ofMachines) / (1 - IN_AN_HOUR.ofPeople));
const LEAST = -7.5;
const HOUR_S = HOUR_MS / 1_000;

/**
 * How much it speaks for a machine that a destination is called in hour after hour, at whatever pace: the log-likelihood ratio of
 * the hours since it was met. Those in which it was called are counted among the last calls; before these, calls came as
 * densely as their number says.
 *
 * @param intervals seconds between the last calls
 */
export function presence(
  intervals: readonly number[],
  { contact, knownSince, contactsBefore }: Encounter,
): number {
  const since = (contact.time - (knownSince ?? contact.time)) / 1_000;
  const spanned = intervals.reduce((sum, each) => sum + each, 0);
  if (since < HOUR_S || spanned === 0) return 0;
  const called = calledShare(intervals, spanned);
  const before = Math.max(0, since - spanned);
  const density = intervals.length / spanned;
  const expected = Math.max(1, before * density);
  const dense = Math.min(1, Math.max(0, contactsBefore - intervals.length) / expected);
  const odds = logLikelihood(called, spanned / HOUR_S) + logLikelihood(called * dense, before / HOUR_S);
  // The first hour is that in which it was met.
  return Math.max(LEAST, odds - CALLED);
}

/** Of the time of the last calls, that which has a call within an hour before: a longer gap is silent from then on. */
function calledShare(intervals: readonly number[], spanned: number): number {
  return intervals.reduce((sum, each) => sum + Math.min(each, HOUR_S), 0) / spanned;
}

function logLikelihood(called: number, hours: number): number {
  return hours * (called * CALLED + (1 - called) * SILENT);
}
