import { DAY_MS, type EpochMs, type Evidence, iso, LIMITS } from '../../model/index.ts';
import { type Known, type Scene, supportEnds } from '../known.ts';
import type { Vulnerability } from '../software.ts';
import { type Measured, statement } from './measured.ts';
import { evidenceOf, isPotential, urgency, weighs, worstFirst } from './weakness.ts';

/** The last year before a maker stops mending is for replacing. */
const LAST_YEAR_MS = 365 * DAY_MS;

const NOT_ASSESSED: Measured = {
  name: 'threat_not_assessed',
  measure: 1,
  evidence: ({ now }) => [statement('No threat feed is loaded', now)],
};

/** Indicators met, firmware past its support, known weaknesses (15 %). */
export function measureThreat(
  into: Measured[],
  { known, now }: Scene,
  sightings: readonly Measured[],
  hasFeeds: boolean,
): void {
  for (const each of sightings) into.push(each);
  if (!hasFeeds) into.push(NOT_ASSESSED);
  into.push(...firmwareFactors(known, now));
  const weaknesses = known.history.software?.vulnerabilities() ?? [];
  if (weaknesses.length > 0) into.push(...weaknessFactors(weaknesses, known.history.servesOthers));
}

function firmwareFactors(known: Known, now: EpochMs): Measured[] {
  const ends = supportEnds(known);
  const factors = ends === null ? [] : supportFactors(ends, saidBy(known), now);
  if (known.firmware?.status(now) === 'outdated') {
    factors.push({ name: 'firmware_outdated', measure: 1, evidence: outdatedEvidence });
  }
  return factors;
}

function supportFactors(ends: EpochMs, by: string, now: EpochMs): Measured[] {
  if (ends <= now) {
    const when = ends === 0 ? 'has ended' : `ended at ${iso(ends)}`;
    const evidence = () => [statement(`The maker's support ${when}${by}`, ends === 0 ? now : ends)];
    return [{ name: 'firmware_eol', measure: 1, evidence }];
  }
  const measure = 1 - (ends - now) / LAST_YEAR_MS;
  if (measure <= 0) return [];
  const evidence = () => [statement(`The maker's support ends at ${iso(ends)}${by}`, now)];
  return [{ name: 'firmware_support_ending', measure, evidence }];
}

/** The operator's own date needs no source. */
function saidBy({ profile, firmware }: Known): string {
  const cycle = firmware?.cycle ?? null;
  if (profile.supportEnds !== null || cycle === null) return '';
  return ` (endoflife.date: ${cycle.product} ${cycle.cycle})`;
}

function outdatedEvidence({ known: { firmware, history }, now }: Scene) {
  if (firmware === null) return [];
  const { component, cycle } = firmware;
  const installed = `${component.name} ${component.version}`;
  const latest = cycle?.latest ?? null;
  const mended = (history.software?.vulnerabilities() ?? []).find(
    ({ match }) => match?.component === component.name && match.fixedVersion !== null,
  );
  const summary =
    latest === null
      ? `${installed} is installed; ${mended?.cve ?? 'a weakness'} is mended in ${mended?.fixedVersion ?? 'a later version'}`
      : `${installed} is installed; the newest of ${cycle?.cycle ?? 'its cycle'} is ${latest}`;
  return [statement(summary, now)];
}

/** Exploited ones by themselves, unless only a name is alike: that is no ground for an alarm. */
function weaknessFactors(all: readonly Vulnerability[], servesOthers: boolean): Measured[] {
  const exploited: Vulnerability[] = [];
  const others: Vulnerability[] = [];
  let worst = 0;
  for (const each of all) {
    if (!weighs(each)) continue;
    if (each.exploited && !isPotential(each)) exploited.push(each);
    else {
      others.push(each);
      worst = Math.max(worst, urgency(each));
    }
  }
  const factors: Measured[] = [];
  if (exploited.length > 0) {
    const measure = servesOthers ? 2 : 1;
    factors.push({
      name: 'known_exploited_vulnerability',
      measure,
      evidence: ({ now }) => worstOf(exploited, now),
    });
  }
  if (others.length > 0) {
    factors.push({ name: 'vulnerability', measure: worst, evidence: ({ now }) => worstOf(others, now) });
  }
  return factors;
}

function worstOf(weaknesses: readonly Vulnerability[], now: EpochMs): readonly Evidence[] {
  return worstFirst(weaknesses)
    .slice(0, LIMITS.evidencePerFactor)
    .map((each) => evidenceOf(each, now));
}
