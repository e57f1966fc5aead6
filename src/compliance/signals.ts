import type { FactorName } from '../model/index.ts';

/** Of whom a signal speaks, one by one. */
type Subject = 'entities' | 'sensors' | 'feeds' | 'anomalies' | 'fleet';

/** What must be there for a signal to say anything at all. */
export type Need = 'inventory' | 'telemetry' | 'advisories' | 'firmware' | 'records';

export interface Signal {
  /** What holds where it passes, in a sentence. */
  readonly measures: string;
  /** `both`: it can show that something is so; `against`: only that it is not. */
  readonly speaks: 'both' | 'against';
  readonly of: Subject;
  readonly needs: Need;
  /** An entity that has one of these fails. */
  readonly factors: readonly FactorName[];
  /** Of an entity that has this the signal says nothing. */
  readonly gap: FactorName | null;
  /**
   * Of policies: only entities that these can be about count, and of them it speaks of those without the gap, of those that a
   * denying one is about, or of those that are known well enough to be confined. `null`: of all entities without the gap.
   */
  readonly reach: 'ruled' | 'denied' | 'confinable' | null;
  /** The least share of those covered that has to pass; of several factors it is 1, because those who fail can overlap. */
  readonly pass: number;
  /** The least share of the subjects that it has to speak of. */
  readonly coverage: number;
  /** What to do where it does not pass. */
  readonly fix: string;
}

/** Nearly all: a fleet always has somebody new, or somebody away. */
const MOST = 0.95;

function both(signal: Partial<Signal> & Pick<Signal, 'measures' | 'of' | 'needs' | 'fix'>): Signal {
  return { speaks: 'both', factors: [], gap: null, reach: null, pass: 1, coverage: MOST, ...signal };
}

function against(signal: Partial<Signal> & Pick<Signal, 'measures' | 'factors' | 'fix'>): Signal {
  const whose = { of: 'entities', needs: 'telemetry', gap: 'behavior_not_assessed', reach: null } as const;
  return { speaks: 'against', ...whose, pass: 1, coverage: MOST, ...signal };
}

/**
 * What the fleet's posture says that a control can be tested by. Thresholds are judgement, said in docs/compliance.md; none
 * is taken from another framework's result.
 */
export const SIGNALS = {
  enrolment: both({
    measures: 'What is seen on the network is in the inventory, or adopted by an operator',
    of: 'entities',
    needs: 'inventory',
    factors: ['not_enrolled'],
    pass: MOST,
    fix: 'add what is missing to the inventory (stance inventory import), or adopt it (stance enrol)',
  }),
  identity_proof: both({
    measures: 'Where others of a kind prove their identity by a key, each of them does',
    of: 'entities',
    needs: 'records',
    factors: ['no_cryptographic_identity'],
    gap: 'identity_not_assessed',
    pass: MOST,
    fix: 'enrol what proves no key (stance enrol)',
  }),
  enforcing_policies: both({
    measures: 'Policies by identity are in force, and one in mode enforce denies something to somebody',
    of: 'fleet',
    needs: 'records',
    fix: 'put policies in force that deny what must not be (stance policy apply), in mode enforce',
  }),
  policy_enforced: both({
    measures: 'What policies deny an entity is in mode enforce, not only watched',
    of: 'entities',
    needs: 'records',
    factors: ['policy_monitor_only'],
    reach: 'denied',
    pass: MOST,
    fix: 'turn policies from monitor to enforce',
  }),
  least_privilege: both({
    measures: 'Who is known well enough to be confined to its ordinary ways is',
    of: 'entities',
    needs: 'telemetry',
    factors: ['least_privilege_not_enforced'],
    reach: 'confinable',
    pass: MOST,
    fix: 'put a least-privilege policy in force for its kind (stance policy propose)',
  }),
  policy_coverage: both({
    measures: 'Policies speak about the traffic of an entity',
    of: 'entities',
    needs: 'telemetry',
    factors: ['traffic_not_covered'],
    gap: 'policy_not_assessed',
    reach: 'ruled',
    pass: MOST,
    fix: 'write policies for the traffic that none speaks about (explain_posture names it)',
  }),
  policy_conformance: both({
    measures: 'No policy was violated within 24 hours',
    of: 'entities',
    needs: 'telemetry',
    factors: ['policy_violation'],
    gap: 'policy_not_assessed',
    reach: 'ruled',
    pass: MOST,
    fix: 'end what violates the policy, or change the policy',
  }),
  monitoring_reach: both({
    measures: 'Something that an entity does is seen by a sensor',
    of: 'entities',
    needs: 'telemetry',
    factors: ['behavior_not_assessed'],
    pass: MOST,
    fix: 'place sensors where the entities that are never seen are',
  }),
  sensors_heard: both({
    measures: 'Sensors are heard as usual',
    of: 'sensors',
    needs: 'telemetry',
    pass: MOST,
    fix: 'bring back the sensors that are silent',
  }),
  feeds_current: both({
    measures: 'Threat feeds are at most a week old',
    of: 'feeds',
    needs: 'records',
    fix: 'import newer feeds (stance intel import)',
  }),
  threat_contact: both({
    measures: 'Nobody reaches a listed destination',
    of: 'entities',
    needs: 'telemetry',
    factors: ['c2_reached', 'malicious_destination_reached'],
    gap: 'threat_not_assessed',
    fix: 'block the destination, and look into who reached it',
  }),
  incidents_acknowledged: both({
    measures: 'Open anomalies of severity high or critical are taken up within 24 hours',
    of: 'anomalies',
    needs: 'telemetry',
    fix: 'take them up (stance anomalies verdict, --status acknowledged)',
  }),
  incidents_contained: both({
    measures: 'Anomalies of severity high or critical are contained or closed within 72 hours',
    of: 'anomalies',
    needs: 'telemetry',
    fix: 'contain them, and say so (stance anomalies verdict, --status contained)',
  }),
  history_kept: both({
    measures: 'What the posture was a day ago is kept',
    of: 'fleet',
    needs: 'records',
    fix: 'let a day of data come in',
  }),
  certificate_validity: against({
    measures: 'Certificates that are presented are valid, strong, of a trusted chain and not revoked',
    factors: ['certificate_expired', 'certificate_weak', 'certificate_untrusted', 'certificate_revoked'],
    fix: 'renew the certificates (search_entities with the factor)',
  }),
  identity_misuse: against({
    measures: 'No revoked identity is used, and none from two places at once',
    needs: 'records',
    gap: 'identity_not_assessed',
    factors: ['revoked_identity_in_use', 'identity_used_from_two_places'],
    fix: 'give out a new key where one was copied or revoked, and look into who uses the old one',
  }),
  second_factor: against({
    measures: 'Sign-ins that say how they were made use a second factor',
    factors: ['sign_in_without_mfa'],
    fix: 'ask for a second factor at the sign-ins that do without',
  }),
  sign_in_abuse: against({
    measures: 'No passwords are guessed, and no stolen ones used',
    factors: ['brute_force', 'credential_misuse'],
    fix: 'reset what was guessed or stolen, and judge the anomalies',
  }),
  dormant_accounts: against({
    measures: 'No account lies dormant',
    factors: ['dormant_account'],
    fix: 'disable accounts that nobody uses',
  }),
  segregation: against({
    measures: 'Nobody moves sideways or gets around a policy',
    factors: ['lateral_movement_attempt', 'policy_evasion'],
    fix: 'look into the anomalies, and close the way between the segments',
  }),
  data_leaving: against({
    measures: 'No unusual amount of data leaves, and none in names of DNS',
    factors: ['data_exfiltration', 'dns_tunnel'],
    fix: 'look into the anomalies, and block the destination',
  }),
  malicious_files: against({
    measures: 'No file that a feed lists as malicious is moved',
    factors: ['malicious_file'],
    gap: 'threat_not_assessed',
    fix: 'remove the file, and look into who fetched it',
  }),
  unplanned_services: against({
    measures: 'No entity begins to offer a service unannounced',
    factors: ['new_service'],
    pass: MOST,
    fix: 'end the service, or plan it (stance maintenance add, stance baseline accept)',
  }),
  availability: against({
    measures: 'Nobody is unexpectedly offline',
    factors: ['unexpected_offline'],
    pass: MOST,
    fix: 'look after who is offline',
  }),
  exploited_vulnerabilities: against({
    measures: 'No vulnerability that is known to be exploited is present',
    needs: 'advisories',
    gap: null,
    factors: ['known_exploited_vulnerability'],
    fix: 'patch or replace what has it (search_entities with the factor)',
  }),
  vulnerabilities: against({
    measures: 'No other known vulnerability is present',
    needs: 'advisories',
    gap: null,
    factors: ['vulnerability'],
    pass: MOST,
    fix: 'patch what has it, the worst first',
  }),
  support_ended: against({
    measures: 'Firmware is still supported by its maker',
    needs: 'firmware',
    gap: null,
    factors: ['firmware_eol'],
    fix: 'replace what is past the end of its support',
  }),
  firmware_updates: against({
    measures: 'Firmware is current',
    needs: 'advisories',
    gap: null,
    factors: ['firmware_outdated'],
    pass: MOST,
    fix: 'update the firmware',
  }),
} as const satisfies Record<string, Signal>;

export type SignalName = keyof typeof SIGNALS;
export const SIGNAL_NAMES = Object.keys(SIGNALS) as SignalName[];

export function signalNamed(name: SignalName): Signal {
  return SIGNALS[name];
}
