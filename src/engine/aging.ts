import { DAY_MS, type EpochMs, type FactorName, HOUR_MS, startOfDayUtc } from '../model/index.ts';
import { sightingFadings } from './factors/sightings.ts';
import type { MeasuringGrounds } from './grounds.ts';
import { type Known, supportEnds } from './known.ts';
import { isEarlyUntil } from '../trust/index.ts';

/** When the next factor of an entity changes by time alone; `null` where nothing does. */
export function nextAging(
  known: Known,
  publishedP: (factor: FactorName) => number,
  { anomalies, scoring }: MeasuringGrounds,
  now: EpochMs,
): EpochMs | null {
  const { profile, history, threats, certificates, identity } = known;
  const next = new Earliest(now);
  if (threats.length > 0) {
    for (const fading of sightingFadings(threats, publishedP, scoring)) next.consider(fading);
  }
  next.consider(anomalies.nextQuietClose(profile.id));
  if (history.signIns !== null) next.consider(history.signIns.nextChange(now));
  const { baseline } = history;
  if (baseline !== null && baseline.deviation > 0) next.consider(now - (now % HOUR_MS) + HOUR_MS);
  const midnight = startOfDayUtc(now) + DAY_MS;
  const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
  const isLearning = baseline !== null && baseline.establishedAt(enrolledAt, now) === null;
  if (isLearning || certificates.length > 0 || identity !== null || profile.type === 'user')
    next.consider(midnight);
  for (const { facts, until } of certificates) {
    next.consider(until);
    next.consider(facts.notAfter);
    next.consider(isEarlyUntil(facts));
  }
  for (const each of identity?.changes ?? []) next.consider(each);
  const ends = supportEnds(known);
  if (ends !== null && ends > now) {
    next.consider(ends);
    next.consider(midnight);
  }
  return next.at;
}

/** The earliest of some instants after `now`. */
class Earliest {
  at: EpochMs | null = null;
  readonly #now: EpochMs;

  constructor(now: EpochMs) {
    this.#now = now;
  }

  consider(instant: EpochMs | null): void {
    if (instant !== null && instant > this.#now && (this.at === null || instant < this.at)) this.at = instant;
  }
}
