import { DAY_MS, type EpochMs, type Evidence, LIMITS, iso } from '../../model/index.ts';
import type { Scene } from '../known.ts';
import type { Vulnerability } from '../software.ts';
import { type Measured, statement } from './measured.ts';

/** The last year before a maker stops mending is for replacing. */
const LAST_YEAR_MS = 365 * DAY_MS;
/** A weakness without a score is not a harmless one: the usual one is 'high' (FIRST CVSS v3.1 §5). */
const UNKNOWN_CVSS = 7;

const NOT_ASSESSED: Measured = {
  name: 'threat_not_assessed',
  measure: 1,
  evidence: ({ now }) => [statement('No threat feed is loaded', now)],
};

/** Indicators met, firmware past its support, known weaknesses (15 %). */
export function measureThreat(
  into: Measured[],
  { known: { profile, history }, now }: Scene,
  sightings: readonly Measured[],
  hasFeeds: boolean,
): void {
  for (const each of sightings) into.push(each);
  if (!hasFeeds) into.push(NOT_ASSESSED);
  if (profile.supportEnds !== null) into.push(...supportFactors(profile.supportEnds, now));
  const vulnerabilities = history.software?.vulnerabilities() ?? [];
  if (vulnerabilities.length > 0) into.push(...vulnerabilityFactors(vulnerabilities, history.servesOthers));
}

function supportFactors(supportEnds: EpochMs, now: EpochMs): Measured[] {
  if (supportEnds <= now) {
    const evidence = () => [statement(`The maker's support ended at ${iso(supportEnds)}`, supportEnds)];
    return [{ name: 'firmware_eol', measure: 1, evidence }];
  }
  const measure = 1 - (supportEnds - now) / LAST_YEAR_MS;
  if (measure <= 0) return [];
  const evidence = () => [statement(`The maker's support ends at ${iso(supportEnds)}`, now)];
  return [{ name: 'firmware_support_ending', measure, evidence }];
}

function vulnerabilityFactors(vulnerabilities: readonly Vulnerability[], servesOthers: boolean): Measured[] {
  const worstFirst = [...vulnerabilities].sort((a, b) => score(b) - score(a) || (a.cve < b.cve ? -1 : 1));
  const exploited = worstFirst.filter((each) => each.exploited);
  const others = worstFirst.filter((each) => !each.exploited);
  const factors: Measured[] = [];
  if (exploited.length > 0) {
    const evidence = () => exploited.slice(0, LIMITS.evidencePerFactor).map(evidenceOf);
    factors.push({ name: 'known_exploited_vulnerability', measure: servesOthers ? 2 : 1, evidence });
  }
  const worst = others[0];
  if (worst !== undefined) {
    const evidence = () => others.slice(0, LIMITS.evidencePerFactor).map(evidenceOf);
    factors.push({ name: 'vulnerability', measure: score(worst), evidence });
  }
  return factors;
}

function score({ cvss }: Vulnerability): number {
  return cvss ?? UNKNOWN_CVSS;
}

function evidenceOf({ cve, cvss, exploited, at, sensor, uid }: Vulnerability): Evidence {
  const rating = cvss === null ? '' : `, CVSS ${cvss}`;
  const summary = `${cve}${rating}${exploited ? ', exploited in the wild' : ''}`;
  return { summary, at, sensor, uid, communityId: null, count: null, subject: cve };
}
