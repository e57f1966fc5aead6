import {
  LIMITS,
  type Clear,
  type Endpoint,
  type SensorFinding,
  type Severity,
  type VulnerabilityReport,
} from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { skip } from '../json-line.ts';
import {
  type Identity,
  identity,
  instant,
  isAllowed,
  isBlocked,
  type OcsfMapping,
  optionalEndpoint,
  policyIn,
  version,
} from './ocsf-record.ts';

const CLOSE = 3;
const RESOLVED = 4;
/** `status_id`: suppressed, resolved, archived, deleted. */
const NO_LONGER_FOUND: ReadonlySet<number> = new Set([3, 4, 5, 6]);

/** Detection finding (2004). The rule is the analytic's id; titles and descriptions never enter. */
export const mapDetection: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  if (isClosed(fields)) return skip('detection finding: closed');
  const time = instant(record);
  const info = fields.require('finding_info', fields.child('finding_info'));
  if (time === null || info === null) return null;
  const finding: SensorFinding<Clear> = {
    kind: 'finding',
    time,
    provenance,
    ...endsOf(fields),
    rule: ruleOf(info),
    severity: severityOf(fields.count('severity_id')),
    outcome: isBlocked(fields) ? 'blocked' : isAllowed(fields) ? 'allowed' : 'unknown',
    policy: policyIn(fields),
  };
  return [finding];
};

function isClosed(fields: JsonFields): boolean {
  return fields.count('activity_id') === CLOSE || NO_LONGER_FOUND.has(fields.count('status_id') ?? -1);
}

/** The first evidence that has an address; without one, the machine on which it was found. */
function endsOf(fields: JsonFields): Pick<SensorFinding<Clear>, 'from' | 'to'> {
  for (const evidence of fields.children('evidences')) {
    const from = optionalEndpoint(evidence, 'src_endpoint');
    const to = optionalEndpoint(evidence, 'dst_endpoint');
    if (from !== null || to !== null) return { from, to };
  }
  const device: Endpoint | null = optionalEndpoint(fields, 'device');
  return { from: device, to: null };
}

function ruleOf(info: JsonFields): string {
  const analytic = info.child('analytic')?.text('uid') ?? '';
  const isRule = /^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/.test(analytic);
  return isRule && analytic.length <= LIMITS.identifierChars - 5
    ? `ocsf:${analytic}`
    : 'ocsf:detection_finding';
}

/** `severity_id` 1 to 6; informational is low, fatal critical, unknown and other are neither. */
const SEVERITY_IDS: readonly (Severity | null)[] = [
  null,
  'low',
  'low',
  'medium',
  'high',
  'critical',
  'critical',
];

function severityOf(id: number | null): Severity | null {
  return id === null ? null : (SEVERITY_IDS[id] ?? null);
}

/** Vulnerability finding (2002): one report for each CVE. Weaknesses and advisories without one are passed over. */
export const mapVulnerabilities: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  const time = instant(record);
  const machine = fields.require('device', machineOf(fields));
  const found = fields.children('vulnerabilities');
  fields.require('vulnerabilities', found[0] ?? null);
  if (found.length > LIMITS.vulnerabilitiesPerFinding) fields.refuse('invalid_value', 'vulnerabilities');
  if (time === null || machine === null) return null;
  const resolved = fields.count('activity_id') === CLOSE || fields.count('status_id') === RESOLVED;
  const reports: VulnerabilityReport<Clear>[] = [];
  for (const vulnerability of found) {
    const assessment = assess(vulnerability);
    if (assessment !== null) {
      reports.push({ kind: 'vulnerability', time, provenance, ...machine, ...assessment, resolved });
    }
  }
  return reports.length === 0 ? skip('vulnerability finding: no CVE') : reports;
};

/** `device` (profile host), or the first resource that tells which machine it is. */
function machineOf(fields: JsonFields): Identity | null {
  const candidates = [fields.child('device'), ...fields.children('resources'), fields.child('resource')];
  for (const candidate of candidates) {
    const known = candidate === null ? null : identity(candidate);
    if (known !== null) return known;
  }
  return null;
}

type Assessment = Pick<VulnerabilityReport<Clear>, 'cve' | 'cvss' | 'epss' | 'exploited' | 'fixedVersion'>;

function assess(vulnerability: JsonFields): Assessment | null {
  const cve = vulnerability.child('cve');
  const id = cve === null ? null : cve.require('uid', cve.text('uid'));
  if (cve === null || id === null) return null;
  if (!/^CVE-\d{4}-\d{4,19}$/i.test(id)) return cve.refuse('invalid_value', 'uid');
  return {
    cve: id.toUpperCase(),
    cvss: worstScore(cve),
    epss: probability(cve.child('epss')),
    // An exploit that exists is not yet one that was seen in use.
    exploited: vulnerability.count('exploit_last_seen_time') !== null,
    fixedVersion: fixIn(vulnerability),
  };
}

/** Of several scores (by version, by vendor) the highest. */
function worstScore(cve: JsonFields): number | null {
  let worst: number | null = null;
  for (const cvss of cve.children('cvss')) {
    const score = cvss.number('overall_score') ?? cvss.number('base_score');
    if (score !== null && (score < 0 || score > 10)) return cvss.refuse('invalid_value', 'base_score');
    if (score !== null && (worst === null || score > worst)) worst = score;
  }
  return worst;
}

/** EPSS 0 to 1, which OCSF writes as text. */
function probability(epss: JsonFields | null): number | null {
  const text = epss?.text('score') ?? null;
  if (epss === null || text === null) return null;
  const isProbability = /^(?:0(?:\.\d{1,18})?|1(?:\.0{1,18})?)$/.test(text);
  return isProbability ? Number(text) : epss.refuse('invalid_value', 'score');
}

function fixIn(vulnerability: JsonFields): string | null {
  for (const affected of vulnerability.children('affected_packages')) {
    const fixed = version(affected.text('fixed_in_version'));
    if (fixed !== null) return fixed;
  }
  return null;
}
