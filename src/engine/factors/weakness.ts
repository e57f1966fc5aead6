import type { EpochMs, Evidence } from '../../model/index.ts';
import type { Vulnerability } from '../software.ts';

/** A weakness without a score is not a harmless one: the usual one is 'high' (FIRST CVSS v3.1 §5). */
const UNKNOWN_CVSS = 7;
/** From this probability of exploitation within 30 days on, a weakness weighs in full (EPSS: the upper few per cent). */
const LIKELY = 0.1;
/** What the least likely weighs: a forecast of 30 days does not make a hole go away. */
const LEAST_SHARE = 0.6;
/** What may be another's weakness, by a name that is only alike. */
const POTENTIAL_SHARE = 0.5;

/** Whether it weighs at all: not what cannot be decided, nor what the maker says is not so. A report always does. */
export function weighs({ sensor, match }: Vulnerability): boolean {
  return sensor !== null || match?.status === 'affected' || match?.status === 'potential';
}

/** Whether it is only a name that is alike. */
export function isPotential({ sensor, match }: Vulnerability): boolean {
  return sensor === null && match?.status === 'potential';
}

/**
 * How urgent a weakness is, 0 to 10: its CVSS, by how likely it is to be used and how surely it is there. Without a
 * forecast it weighs in full: that nobody foretells it is no reason to feel safe.
 */
export function urgency(weakness: Vulnerability): number {
  const { cvss, epss, exploited } = weakness;
  const share = exploited || epss === null ? 1 : likelyShare(epss);
  return (cvss ?? UNKNOWN_CVSS) * share * (isPotential(weakness) ? POTENTIAL_SHARE : 1);
}

/** What weighs before what does not. */
export function worstFirst(weaknesses: readonly Vulnerability[]): readonly Vulnerability[] {
  return weaknesses
    .map((each) => ({ each, urgency: weighs(each) ? urgency(each) : -1 }))
    .sort((a, b) => b.urgency - a.urgency || (a.each.cve < b.each.cve ? -1 : 1))
    .map(({ each }) => each);
}

/** Rises fast at first: most forecasts are under one per cent. */
function likelyShare(epss: number): number {
  return Math.min(1, LEAST_SHARE + (1 - LEAST_SHARE) * Math.sqrt(epss / LIKELY));
}

export function evidenceOf(weakness: Vulnerability, now: EpochMs): Evidence {
  const { cve, cvss, epss, exploited, at, sensor, uid, match, fixedVersion } = weakness;
  const parts = [
    cve,
    ...(cvss === null ? [] : [`CVSS ${cvss}`]),
    ...(epss === null ? [] : [`EPSS ${Math.round(epss * 1_000) / 10} %`]),
    ...(exploited ? ['exploited in the wild'] : []),
    ...(match === undefined ? [] : matchWords(match)),
    ...(fixedVersion === null ? [] : [`mended in ${fixedVersion}`]),
  ];
  return {
    summary: parts.join(', '),
    at: at ?? now,
    sensor,
    uid,
    communityId: null,
    count: null,
    subject: cve,
  };
}

const METHODS = { purl: 'by package', product: 'by product', bom: 'by bill of materials', cpe: 'by CPE' };

/** What it was found in, by which advisory, and how. */
function matchWords({
  component,
  version,
  source,
  advisory,
  method,
  comparator,
  confidence,
  status,
  alsoIn,
  vex,
}: NonNullable<Vulnerability['match']>): readonly string[] {
  const how = comparator === 'listed' ? 'version listed' : `${comparator} order`;
  const sureness = status === 'potential' ? 'potential, ' : '';
  return [
    `${component} ${version ?? 'of unknown version'}`,
    ...(alsoIn === undefined ? [] : [`and in ${counted(alsoIn)}`]),
    `${source} ${advisory} (${sureness}${METHODS[method]}, ${how}, confidence ${confidence})`,
    ...(vex === null ? [] : [`maker: ${vex.status}`]),
  ];
}

function counted({ named, more }: NonNullable<NonNullable<Vulnerability['match']>['alsoIn']>): string {
  const count = named.length + more;
  return count === 1 ? (named[0] ?? '') : `${count} other components`;
}
