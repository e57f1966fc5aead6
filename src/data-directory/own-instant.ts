import type { Engine } from '../engine/index.ts';
import type { EpochMs, JournalRecord } from '../model/index.ts';

/**
 * What is said of a fleet has an instant of its own: an answer that was given the moment before is of another instant than
 * those that follow from the word. Telemetry brings its own time, and devices prove themselves too often for it. Who is
 * forgotten is so at any instant.
 */
const HAS_OWN_INSTANT: Readonly<Record<JournalRecord['kind'], boolean>> = {
  configuration: true,
  inventory: true,
  enrol: true,
  merge: true,
  split: true,
  feed: true,
  feed_removed: true,
  warning_lists: true,
  actor_names: true,
  advisories: true,
  components: true,
  policies: true,
  profile: true,
  verdict: true,
  assign: true,
  suppress: true,
  unsuppress: true,
  maintenance: true,
  maintenance_remove: true,
  baseline_accept: true,
  baseline_revert: true,
  sensor_retired: true,
  attestation: true,
  exception: true,
  compliance_withdrawal: true,
  trust_anchors: true,
  revocations: true,
  enrolment_token: true,
  enrolment_decision: true,
  certificate_revoked: true,
  workload_revoked: true,
  fleet_release: true,
  events: false,
  clock: false,
  history_end: false,
  enrolment_request: false,
  certificate_issued: false,
  proof: false,
  erasure: false,
  account_epoch: false,
  accounts_rekeyed: false,
  account_epoch_end: false,
};

export function hasOwnInstant({ kind }: JournalRecord): boolean {
  return HAS_OWN_INSTANT[kind];
}

/** The one after all that was published; `null` before time has begun: a word does not begin it. */
export function nextInstant({ time: { now } }: Engine): EpochMs | null {
  return now === null ? null : Math.floor(now) + 1;
}
