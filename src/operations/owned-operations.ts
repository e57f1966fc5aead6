import { type FleetState, nextInstant, type SnapshotKeeper } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import type { SiteClient } from '../fleet-statistics/index.ts';
import {
  EnrolmentWords,
  importAnchors,
  importRevocations,
  listAnchors,
  removeAnchor,
} from '../identity/index.ts';
import { isSimulated, type SourceStanding } from '../intake/index.ts';
import {
  importAdvisories,
  listAdvisories,
  removeAdvisories,
  type IntelImport,
  type IntelIntake,
  type IntelTakeArgs,
  listIntel,
  type NextLook,
} from '../intel/index.ts';
import { INPUTS, type PostureReader, type SiteId, type ToolInput, type ToolName } from '../model/index.ts';
import { createPostureReader, turnByTurn } from '../posture/index.ts';
import { backUp } from './backup/backup.ts';
import {
  attestControl,
  exceptControl,
  listComplianceWords,
  reportCompliance,
  withdrawWord,
} from './compliance/compliance.ts';
import { examineConfigured } from './configured-anchors.ts';
import { examine } from './doctor/doctor.ts';
import { examineRevocations } from './doctor/revocations.ts';
import { examineStart, type StartPlace } from './doctor/start.ts';
import { statusOf } from './doctor/status.ts';
import { ingest } from './ingest.ts';
import { removeBills } from './inventory/bills.ts';
import { changeIdentity, enrolDiscovered, importInventory } from './inventory/inventory.ts';
import { SharedList } from './lookup/shared-list.ts';
import type { Operations } from './operations.ts';
import { findingsPage } from './outputs/findings.ts';
import type { OutputReports } from './outputs/outputs.ts';
import { proposePolicies, tryPolicies } from './policies/past.ts';
import { applyPolicies, checkPoliciesHere, listPolicies, putPolicies } from './policies/policies.ts';
import { eraseUsers, rotateKeys } from './privacy/privacy.ts';
import { privacyReport } from './privacy/report.ts';
import { applyProfile } from './scoring-profile.ts';
import type { SaidWhen } from './said-when.ts';
import { listSetAside, retrySetAside } from './set-aside/retry.ts';
import { simulate } from './simulation.ts';
import { viewsOf } from './views.ts';
import {
  acceptBaseline,
  assignAnomaly,
  judgeAnomaly,
  revertBaseline,
  showAnomaly,
} from './words/anomalies.ts';
import { addMaintenance, listMaintenance, removeMaintenance } from './words/maintenance.ts';
import { listSensors, retireSensor } from './words/sensors.ts';
import { listSuppressions, suppress, unsuppress } from './words/suppressions.ts';

export interface OwnedOperations extends Operations {
  readonly reader: PostureReader;
  /** A feed that came by HTTP; through the control socket files are named instead. */
  intel_take(args: IntelTakeArgs): Promise<IntelImport>;
}

/** The data directory, and what its configuration says of it. */
export interface OwnedPlace extends StartPlace {
  /** Where a log was written that does not say. */
  readonly site: SiteId;
  /** How the sinks of findings are doing. */
  readonly outputs: OutputReports;
  /** How the sources that the configuration names are doing. */
  readonly sources: () => readonly SourceStanding[];
  readonly intel: IntelIntake;
  readonly keeper: SnapshotKeeper;
  /** Where reports are sent by itself. */
  readonly fleetClient?: () => SiteClient | null;
  /** When feeds are fetched again, where that happens by itself. */
  readonly nextLook?: NextLook;
}

/** The operations as the owner of the data directory carries them out. */
export function ownedOperations(state: FleetState, place: OwnedPlace, effects: Effects): OwnedOperations {
  const { dir, config, site, outputs, sources, intel, nextLook, keeper, fleet, fleetClient, authority } =
    place;
  const { retention, anchors } = config;
  const { engine } = state;
  const turn = turnByTurn();
  const reader = createPostureReader(viewsOf(state, intel.fetches), effects.now, turn);
  const ask = <T extends ToolName>(tool: T, input: unknown, asker: string) =>
    reader.ask(tool, INPUTS[tool].parse(input) as ToolInput<T>, asker);
  /** Just after where the data stands: an operator's word is of the fleet as it is known. */
  const at = () => nextInstant(engine) ?? effects.now();
  const when: SaidWhen = () => ({ at: at(), saidAt: effects.now() });
  const shared = new SharedList(state, effects);
  const enrolment = new EnrolmentWords(state, authority, effects);
  return {
    reader,
    ask: ({ tool, input, asker }) => ask(tool, input, asker),
    ingest: (args, progress) => ingest(state, args, site, effects, progress),
    simulate: (args, progress) => simulate(state, args, effects.now, progress),
    inventory_import: (args) => importInventory(state, { ...args, site }, at),
    inventory_remove_bill: (args) => removeBills(state, args, at),
    enrol: (args) => enrolDiscovered(state, args, at),
    merge: (args) => changeIdentity(state, 'merge', args, at),
    split: (args) => changeIdentity(state, 'split', args, at),
    vulnerabilities_import: (args, progress) =>
      importAdvisories(state, args, { at, now: effects.now }, progress),
    vulnerabilities_list: async () => listAdvisories(state),
    vulnerabilities_remove: (args) => removeAdvisories(state, args, at),
    intel_import: (args, progress) => intel.import(args, progress),
    intel_remove: (args) => intel.remove(args),
    intel_take: (args) => intel.take(args),
    intel_seal: (args, progress) => shared.seal(args, progress),
    intel_evaluate: (args) => shared.evaluate(args),
    intel_list: async () => listIntel(state, intel, nextLook),
    policy_apply: (args) => applyPolicies(state, args, when),
    policy_put: (args) => putPolicies(state, args, when),
    policy_check: ({ paths }) => checkPoliciesHere(state, paths),
    policy_list: () => listPolicies(state),
    policy_dry_run: (args, progress) => tryPolicies(state, args, progress),
    policy_propose: (args, progress) => proposePolicies(state, args, progress),
    profile_show: async () => ({ version: engine.scoring.version, profile: engine.scoring }),
    profile_apply: (args) => applyProfile(state, args, at),
    anomaly_show: async ({ anomaly }) => showAnomaly(state, anomaly),
    anomaly_verdict: (args) => judgeAnomaly(state, args, when),
    anomaly_assign: (args) => assignAnomaly(state, args, when),
    suppress: (args) => suppress(state, args, when),
    suppressions: async () => ({ suppressions: listSuppressions(state) }),
    unsuppress: (args) => unsuppress(state, args, when),
    maintenance_add: (args) => addMaintenance(state, args, when),
    maintenance_list: async () => ({ windows: listMaintenance(state, at()) }),
    maintenance_remove: (args) => removeMaintenance(state, args, when),
    baseline_accept: (args) => acceptBaseline(state, args, when),
    baseline_revert: (args) => revertBaseline(state, args, when),
    sensors_list: async () => ({ sensors: listSensors(state) }),
    sensors_retire: (args) => retireSensor(state, args, at),
    trust_anchors_import: (args) => importAnchors(state, args, effects.now()),
    trust_anchors_list: async () => ({ anchors: listAnchors(state) }),
    trust_anchors_remove: (args) => removeAnchor(state, args, effects.now()),
    trust_revocations_import: (args) => importRevocations(state, args, effects.now()),
    enrol_authority: (args) => enrolment.authority(args),
    enrol_token: (args) => enrolment.token(args),
    enrol_list: async () => enrolment.list(),
    enrol_decide: (args) => enrolment.decide(args),
    enrol_revoke: (args) => enrolment.revoke(args),
    enrol_readmit: (args) => enrolment.readmit(args),
    enrol_crl: async () => ({ pem: (await enrolment.crl()).pem }),
    compliance_report: (args) => reportCompliance(state, args, effects.now, turn),
    compliance_words: async () => ({ words: listComplianceWords(state) }),
    compliance_attest: (args) => attestControl(state, args, when),
    compliance_except: (args) => exceptControl(state, args, when),
    compliance_withdraw: (args) => withdrawWord(state, args, at),
    privacy_erase: (args, progress = () => undefined) => eraseUsers(state, keeper, args, at(), progress),
    privacy_report: async () =>
      privacyReport(state, {
        outputs: await outputs(),
        fetches: intel.fetches,
        retention,
        fleet,
      }),
    privacy_rotate: (args) => rotateKeys(state, args, at(), effects.random),
    fleet_status: () => fleet.status(fleetClient?.() ?? null),
    fleet_release_import: ({ path, actor }) => fleet.importFile(path, actor),
    backup: ({ to }, progress) => backUp(state, { dir, configFile: config.file }, to, effects, progress),
    findings: (args) => findingsPage(state, args),
    set_aside_list: async () => listSetAside(state, dir),
    set_aside_retry: (args) => retrySetAside(state, dir, args),
    doctor: async () =>
      examine(state, dir, {
        outputs: await outputs(),
        sources: sources(),
        fetches: intel.fetches,
        fleet: await fleet.status(fleetClient?.() ?? null),
        // An invented fleet believes nobody.
        anchors: isSimulated(engine)
          ? []
          : [
              ...(await examineConfigured(state, anchors, effects.now())),
              ...examineRevocations(state, effects.now()),
            ],
        start: await examineStart(state, place, effects),
        retention,
        now: effects.now(),
      }),
    status: async ({ hash }, progress) => ({
      ...(await statusOf(state, dir, hash, progress)),
      outputs: await outputs(),
    }),
  };
}
