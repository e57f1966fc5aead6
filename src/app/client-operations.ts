import { callControl } from '../http/index.ts';
import type { OperationName, Operations, Progress } from './operations.ts';

/** The operations as a thin client asks the directory's owner for them. The owner is of this very release. */
export function clientOperations(socketPath: string): Operations {
  const call =
    <R>(operation: OperationName) =>
    async (args: unknown, progress?: Progress): Promise<R> =>
      (await callControl(socketPath, operation, args, (step) =>
        progress?.(step as Parameters<Progress>[0]),
      )) as R;
  return {
    ask: call('ask'),
    ingest: call('ingest'),
    simulate: call('simulate'),
    inventory_import: call('inventory_import'),
    enrol: call('enrol'),
    merge: call('merge'),
    split: call('split'),
    intel_import: call('intel_import'),
    intel_remove: call('intel_remove'),
    intel_seal: call('intel_seal'),
    intel_evaluate: call('intel_evaluate'),
    intel_list: call('intel_list'),
    vulnerabilities_import: call('vulnerabilities_import'),
    policy_apply: call('policy_apply'),
    policy_put: call('policy_put'),
    policy_list: call('policy_list'),
    policy_dry_run: call('policy_dry_run'),
    policy_propose: call('policy_propose'),
    profile_show: call('profile_show'),
    profile_apply: call('profile_apply'),
    anomaly_show: call('anomaly_show'),
    anomaly_verdict: call('anomaly_verdict'),
    anomaly_assign: call('anomaly_assign'),
    suppress: call('suppress'),
    suppressions: call('suppressions'),
    unsuppress: call('unsuppress'),
    maintenance_add: call('maintenance_add'),
    maintenance_list: call('maintenance_list'),
    maintenance_remove: call('maintenance_remove'),
    baseline_accept: call('baseline_accept'),
    baseline_revert: call('baseline_revert'),
    trust_anchors_import: call('trust_anchors_import'),
    trust_anchors_list: call('trust_anchors_list'),
    trust_anchors_remove: call('trust_anchors_remove'),
    trust_revocations_import: call('trust_revocations_import'),
    enrol_authority: call('enrol_authority'),
    enrol_token: call('enrol_token'),
    enrol_list: call('enrol_list'),
    enrol_decide: call('enrol_decide'),
    enrol_revoke: call('enrol_revoke'),
    enrol_crl: call('enrol_crl'),
    compliance_report: call('compliance_report'),
    compliance_words: call('compliance_words'),
    compliance_attest: call('compliance_attest'),
    compliance_except: call('compliance_except'),
    compliance_withdraw: call('compliance_withdraw'),
    privacy_erase: call('privacy_erase'),
    privacy_report: call('privacy_report'),
    privacy_rotate: call('privacy_rotate'),
    fleet_status: call('fleet_status'),
    fleet_release_import: call('fleet_release_import'),
    backup: call('backup'),
    findings: call('findings'),
    doctor: call('doctor'),
    status: call('status'),
  };
}
