import type { RetentionConfig } from '../../config/index.ts';
import { type JournalRecord, LIMITS } from '../../model/index.ts';

/** A class of data: where it lies, for how long, and what sees to that. */
export interface Store {
  readonly dataClass: string;
  /** Which files of the data directory, by their path in it; `null`: part of another class's files. */
  readonly files: RegExp | null;
  readonly where: string;
  readonly holds: string;
  readonly kept: (retention: RetentionConfig) => string;
  readonly enforcedBy: string;
}

const days = (count: number) => `${count} days`;
const withDirectory = () => 'as long as the directory';

/** Every class of data, and every file of a data directory: a file that is none of these fails a test. */
export const STORES: readonly Store[] = [
  {
    dataClass: 'journal',
    files: /^journal\/\d+\.seg$/,
    where: 'journal/*.seg',
    holds: 'every record: events as their fields say below, and what operators, feeds and devices said',
    kept: ({ journalDays, journalBytes }) =>
      `${days(journalDays)}${journalBytes === null ? '' : `, at most ${journalBytes} bytes`}; from the last erasure on`,
    enforcedBy: 'whole segments are dropped after a snapshot that covers them; an erasure drops all of it',
  },
  {
    dataClass: 'state and baselines',
    files: /^snapshots\/\d{20}\.snap(?:\.\d+-\d+\.tmp)?$/,
    where: 'snapshots/*.snap, and memory',
    holds: 'entities, baselines, sightings, what was met, open and closed anomalies, words of operators',
    kept: () =>
      'the two newest snapshots, and one of before a record that is set aside while the journal reaches back to it; each part of the state is bounded, and what was not used longest goes first',
    enforcedBy: 'the writer of snapshots; an erasure leaves one, written after it',
  },
  {
    dataClass: 'records set aside',
    files: /^set-aside\.json(?:\.new)?$/,
    where: 'set-aside.json',
    holds:
      'of each record that the engine failed on its number, kind, time, how many events of which token, and where in the program it failed; nothing that it says',
    kept: () => 'as long as the record',
    enforcedBy: 'written anew when the journal drops records',
  },
  {
    dataClass: 'history',
    files: /^history\.db(?:-wal|-shm)?$/,
    where: 'history.db',
    holds: 'published postures with their evidence, facts of entities, anomalies, verdicts, by whom and when',
    kept: ({ historyDays }) => days(historyDays),
    enforcedBy: 'pruned once a day of the data; an erasure writes the file anew',
  },
  {
    dataClass: 'anomalies and verdicts',
    files: null,
    where: 'history.db; the last of each entity also in the state',
    holds: "what departed from what, with evidence; operators' verdicts with their reasons",
    kept: ({ historyDays }) => `${days(historyDays)} after they closed`,
    enforcedBy: 'the pruning of the history; the state keeps a bounded number per entity',
  },
  {
    dataClass: 'audit',
    files: null,
    where: 'journal, history.db (cause and actor of each change), the state',
    holds: 'which command or token said what, why, and when; that people were erased, and how many',
    kept: ({ historyDays, journalDays }) =>
      `${days(journalDays)} whole, ${days(historyDays)} by what it changed`,
    enforcedBy: 'as journal and history',
  },
  {
    dataClass: 'index of users',
    files: null,
    where: 'the state (snapshots)',
    holds: 'a fingerprint of each account under the key of the epoch, and the usr_ id that it leads to',
    kept: ({ userDays, keyDays, keyOverlapDays }) =>
      `${days(userDays)} after the last sign-in; keys ${keyDays === null ? 'until stance privacy rotate' : days(keyDays)}, then ${days(keyOverlapDays)} beside the next`,
    enforcedBy: 'a look every hour while stance serve runs; stance privacy erase at once',
  },
  {
    dataClass: 'findings on their way',
    files: /^outputs\/[^/]+$/,
    where: 'outputs/, history.db',
    holds: 'how far each receiver is; what is to be sent stands in the history',
    kept: ({ historyDays }) =>
      `cursors as long as the receiver is configured; what was not sent ${days(historyDays)}`,
    enforcedBy: 'the pruning of the history; an erasure takes what was not sent back',
  },
  {
    dataClass: 'keys',
    files: /^keys\/sealing\.key\.json(?:\.\d+\.new)?$/,
    where: 'keys/',
    holds: 'the keys under which names, machines and accounts are sealed',
    kept: ({ keyOverlapDays }) =>
      `as long as the directory; a key of accounts until ${days(keyOverlapDays)} after the next`,
    enforcedBy: 'the file is written anew without it',
  },
  {
    dataClass: 'authority',
    files: /^authority\/[^/]+$/,
    where: 'authority/',
    holds: 'the key and certificate of the authority that issues to devices',
    kept: withDirectory,
    enforcedBy: 'the operator',
  },
  {
    dataClass: 'feeds on their way',
    files: /^(?:feed-(?:fetches|downloads|places)\.json|collections\/[^/]+|misp-events\/[^/]+\/[^/]+)$/,
    where: 'feed-fetches.json, feed-downloads.json, feed-places.json, collections/, misp-events/',
    holds:
      'where each feed came from and when it was fetched, and what of a collection or of MISP events was fetched so far; nothing of anybody here',
    kept: () => 'as long as the feed is configured',
    enforcedBy: 'written anew with each fetch',
  },
  {
    dataClass: 'logs that were read',
    files: /^known-logs\.json(?:\.new)?$/,
    where: 'known-logs.json',
    holds:
      'of each log a hash of its beginning, up to which byte it was taken, and checksums of its bytes up to some twenty places; nothing of what it says',
    kept: () => `the ${LIMITS.knownLogs} that were read last`,
    enforcedBy: 'written anew with each reading',
  },
  {
    dataClass: 'reports to the fleet',
    files: /^fleet-reports\.json(?:\.new)?$/,
    where: 'fleet-reports.json; the last three reports in the folder that fleet.keys names',
    holds:
      'of each report its round, size, SHA-256 and number of devices, when, to whom; a report is ciphertext',
    kept: () => 'the last 512 rounds',
    enforcedBy: 'written anew with each report',
  },
  {
    dataClass: 'access and configuration',
    files: /^(?:tokens\.json|stance\.yaml|owner\.(?:json|db)(?:-\w+)?|erasure\.json(?:\.new)?)$/,
    where: 'tokens.json, stance.yaml, owner.*',
    holds:
      'tokens as hashes, the configuration, which process owns the directory, an erasure that is not finished',
    kept: withDirectory,
    enforcedBy: 'the operator',
  },
];

/** Whose words each record of the journal holds, and which of them are free text. */
export const RECORDS: Readonly<Record<JournalRecord['kind'], readonly [whose: string, freeText: string]>> = {
  events: ['sensors', 'none: see the fields'],
  configuration: ['operator', 'names of tenant, sites and domains'],
  inventory: ['operator', 'ids, names, tags, kinds, makers, models'],
  enrol: ['operator', 'reason'],
  merge: ['operator', 'reason'],
  split: ['operator', 'reason'],
  feed: ['feed', 'indicators, names of attackers and malware'],
  feed_removed: ['operator', 'none'],
  warning_lists: ['feed', 'names of lists and their entries'],
  actor_names: ['feed', 'names of groups'],
  advisories: ['feed', 'ids, names of products and versions'],
  components: ['operator', 'names and versions of parts, makers'],
  policies: ['operator', 'ids, names, descriptions, groups, reason'],
  profile: ['operator', 'name of the version'],
  verdict: ['operator', 'reason'],
  assign: ['operator', 'to whom, reason'],
  suppress: ['operator', 'owner, reason'],
  unsuppress: ['operator', 'reason'],
  maintenance: ['operator', 'reason'],
  maintenance_remove: ['operator', 'reason'],
  baseline_accept: ['operator', 'reason'],
  baseline_revert: ['operator', 'reason'],
  sensor_retired: ['operator', 'name of the sensor, reason'],
  attestation: ['operator', 'owner, reason'],
  exception: ['operator', 'owner, reason'],
  compliance_withdrawal: ['operator', 'reason'],
  trust_anchors: [
    'operator',
    'names of anchors and trust domains, and the certificates of authorities whole',
  ],
  revocations: ['authority', 'none'],
  enrolment_token: ['operator', 'reason'],
  enrolment_request: ['device', 'none'],
  enrolment_decision: ['operator', 'reason'],
  certificate_issued: ['stance', 'none'],
  certificate_revoked: ['operator', 'reason'],
  workload_revoked: ['operator', 'SPIFFE ID, reason'],
  proof: ['device', 'SPIFFE ID, as the inventory has it'],
  erasure: ['operator or retention', 'none, on purpose'],
  account_epoch: ['operator or retention', 'none'],
  accounts_rekeyed: ['stance', 'none'],
  account_epoch_end: ['operator or retention', 'none'],
  fleet_release: ['key holder', 'names of sites and kinds of device'],
  clock: ['stance', 'none'],
  history_end: ['stance', 'none'],
};
