/**
 * The closed vocabularies of the contract (§1). Add a word in an ADR, never rename one:
 * assistants and dashboards are written against them.
 */
export const DIMENSIONS = ['identity', 'behavior', 'policy', 'threat'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export const ENTITY_TYPES = ['device', 'user', 'workload'] as const;
export type EntityType = (typeof ENTITY_TYPES)[number];

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Risk levels share the words of severity: what a person should react to. */
export const RISK_LEVELS = SEVERITIES;
export type RiskLevel = Severity;

const BANDS = ['high_risk', 'moderate', 'healthy'] as const;
export type Band = (typeof BANDS)[number];

export const TRUST_LEVELS = ['verified', 'provisional', 'unverified', 'revoked'] as const;
export type TrustLevel = (typeof TRUST_LEVELS)[number];

/**
 * How an advisory stands to what is installed. `affected` and `potential` weigh; `indeterminate` is shown, because what
 * cannot be decided is not "no"; `not_affected` and `fixed` are the maker's word against a match.
 */
export const MATCH_STATUSES = ['affected', 'potential', 'indeterminate', 'not_affected', 'fixed'] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

export const FIRMWARE_STATUSES = ['current', 'outdated', 'eol', 'unknown'] as const;
export type FirmwareStatus = (typeof FIRMWARE_STATUSES)[number];

export const INDICATOR_TYPES = ['ip', 'domain', 'hash'] as const;
export type IndicatorType = (typeof INDICATOR_TYPES)[number];

export const REPUTATIONS = ['malicious', 'suspicious', 'unknown', 'benign', 'not_applicable'] as const;
export type Reputation = (typeof REPUTATIONS)[number];

/** What a listed indicator is used for. One vocabulary, whatever the feed called it. */
export const THREAT_CATEGORIES = [
  'c2_server',
  'malware_distribution',
  'phishing',
  'ransomware_infrastructure',
  'botnet',
  'scanner',
  'brute_force_source',
  'spam',
  'proxy',
  'tor_exit',
  'cryptomining',
  'exfiltration',
  'malware_file',
  'sinkhole',
  'suspicious',
] as const;
export type ThreatCategory = (typeof THREAT_CATEGORIES)[number];

/** How a threat feed is written; `counted`: an address with the number of lists that name it. */
export const FEED_FORMATS = [
  'zeek_intel',
  'stix',
  'misp',
  'abuse_ch',
  'spamhaus_drop',
  'netset',
  'counted',
  'suricata_iprep',
  'suricata_dataset',
  'maltrail',
  'hosts',
  'adblock',
  'rpz',
  'csv',
  'plain',
] as const;
export type FeedFormatName = (typeof FEED_FORMATS)[number];

/** What may be said of how intelligence is written; `auto`: it is recognised. */
export const INTEL_FORMATS = ['auto', ...FEED_FORMATS, 'misp_warninglist'] as const;
export type IntelFormat = (typeof INTEL_FORMATS)[number];

export const COMPLIANCE_STATES = ['compliant', 'partial', 'non_compliant', 'not_assessed'] as const;
export type ComplianceState = (typeof COMPLIANCE_STATES)[number];

export const FRAMEWORKS = ['iso_27001', 'nis2', 'nist_csf'] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** Of a control; that one does not apply is said by a person, with a reason. */
export const CONTROL_STATES = [...COMPLIANCE_STATES, 'not_applicable'] as const;
export type ControlState = (typeof CONTROL_STATES)[number];

/** How much of a control a machine can see. */
export const SIGHTS = ['full', 'part', 'none'] as const;
export type Sight = (typeof SIGHTS)[number];

/** What a person may say of a control. */
export const ATTESTATIONS = ['met', 'not_met', 'not_applicable'] as const;
export type AttestedAs = (typeof ATTESTATIONS)[number];

/**
 * What came of one test of a control. `not_disproved`: a signal that can only speak against a control did not;
 * `incomplete`: passed, but of too few; `stale`: nothing was heard of late; `excepted`: failed, and a person took that on.
 */
export const TEST_OUTCOMES = [
  'passed',
  'failed',
  'not_disproved',
  'incomplete',
  'stale',
  'no_evidence',
  'excepted',
] as const;
export type TestOutcome = (typeof TEST_OUTCOMES)[number];

export const TRENDS = ['improving', 'stable', 'declining'] as const;
export type Trend = (typeof TRENDS)[number];

export const ANOMALY_STATUSES = ['open', 'acknowledged', 'contained', 'closed'] as const;
export type AnomalyStatus = (typeof ANOMALY_STATUSES)[number];

export const VERDICTS = ['true_positive', 'false_positive', 'expected', 'undetermined'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a confidence rests on: the detector's own estimate, or how often operators said that such anomalies are true. */
export const CONFIDENCE_BASES = ['estimated', 'verdicts'] as const;
export type ConfidenceBasis = (typeof CONFIDENCE_BASES)[number];

export const ANOMALY_TYPES = [
  'lateral_movement_attempt',
  'port_scan',
  'beaconing',
  'data_exfiltration',
  'dns_tunnel',
  'dga_domains',
  'brute_force',
  'credential_misuse',
  'unexpected_offline',
  'new_service',
  'volume_anomaly',
  'policy_evasion',
  'c2_communication',
] as const;
export type AnomalyType = (typeof ANOMALY_TYPES)[number];

/**
 * Those that are raised, and so those that can be asked for and suppressed. What calls home is beaconing, or carries data in DNS, or looks for
 * its master; a listed command and control that was reached is a sighting, a factor of the threat dimension (docs/adr/0012).
 */
export const RAISED_ANOMALY_TYPES = ANOMALY_TYPES.filter((type) => type !== 'c2_communication');

export const RECOMMENDED_ACTIONS = [
  'isolate',
  'block_destination',
  'reset_credentials',
  'disable_account',
  'renew_certificate',
  'update_firmware',
  'patch_component',
  'replace_device',
  'enforce_policy',
  'check_device',
  'confirm_change',
  'investigate',
  'none',
] as const;
export type RecommendedAction = (typeof RECOMMENDED_ACTIONS)[number];

export const CRITICALITIES = ['low', 'normal', 'high', 'vital'] as const;
export type Criticality = (typeof CRITICALITIES)[number];

export const ROLES = ['scanner', 'backup', 'monitoring', 'nat', 'proxy'] as const;
export type Role = (typeof ROLES)[number];

export const DETAILS = ['concise', 'standard', 'full'] as const;
export type Detail = (typeof DETAILS)[number];

export const POLICY_ACTIONS = ['allow', 'deny', 'alert'] as const;
export type PolicyAction = (typeof POLICY_ACTIONS)[number];

export const POLICY_MODES = ['enforce', 'monitor'] as const;
export type PolicyMode = (typeof POLICY_MODES)[number];

/** The rank of a word in an ordered vocabulary, for comparisons: `rank(SEVERITIES, 'high') === 2`. */
export function rank<T extends string>(vocabulary: readonly T[], word: T): number {
  return vocabulary.indexOf(word);
}

/** The worst (last) of the words in an ordered vocabulary. */
export function worst<T extends string>(vocabulary: readonly T[], first: T, ...others: readonly T[]): T {
  return others.reduce((a, b) => (rank(vocabulary, b) > rank(vocabulary, a) ? b : a), first);
}
