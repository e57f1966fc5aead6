import type { z } from 'zod';
import { DiskFull } from '../files/index.ts';
import { askOperation, ControlError, type ControlOperation, type FeedIntake } from '../http/index.ts';
import { JournalError } from '../journal/index.ts';
import { type PostureReader, wordIssue } from '../model/index.ts';
import { ARGUMENTS } from './operation-arguments.ts';
import { type OperationName, OperationError, type Progress } from './operations.ts';
import type { OwnedOperations } from './owned-operations.ts';

type Arguments<N extends OperationName> = z.infer<(typeof ARGUMENTS)[N]>;

/**
 * What the owner of a data directory carries out for its thin clients.
 * @param standing answers before the operations are there, from a state that is being brought up to date
 */
export function controlOperations(
  operations: () => Promise<OwnedOperations>,
  standing: () => PostureReader | null = () => null,
): Record<OperationName, ControlOperation> {
  const relay =
    <N extends OperationName>(
      name: N,
      run: (owned: OwnedOperations, args: Arguments<N>, progress: Progress) => Promise<unknown>,
    ): ControlOperation =>
    async (args, progress) => {
      const parsed = ARGUMENTS[name].safeParse(args);
      if (!parsed.success) throw invalid(name, parsed.error.issues, args);
      try {
        return await run(await operations(), parsed.data as Arguments<N>, progress);
      } catch (error) {
        throw isExpected(error) ? new ControlError(error.code, error.message) : error;
      }
    };
  return {
    ask: async (args, progress) => askOperation(standing() ?? (await operations()).reader)(args, progress),
    ingest: relay('ingest', (owned, args, progress) => {
      refuseStandardInput(args.paths);
      return owned.ingest(args, progress);
    }),
    simulate: relay('simulate', (owned, args, progress) => owned.simulate(args, progress)),
    inventory_import: relay('inventory_import', (owned, args) => owned.inventory_import(args)),
    enrol: relay('enrol', (owned, args) => owned.enrol(args)),
    merge: relay('merge', (owned, args) => owned.merge(args)),
    split: relay('split', (owned, args) => owned.split(args)),
    intel_import: relay('intel_import', (owned, args, progress) => owned.intel_import(args, progress)),
    intel_remove: relay('intel_remove', (owned, args) => owned.intel_remove(args)),
    intel_seal: relay('intel_seal', (owned, args, progress) => owned.intel_seal(args, progress)),
    intel_evaluate: relay('intel_evaluate', (owned, args) => owned.intel_evaluate(args)),
    intel_list: relay('intel_list', (owned) => owned.intel_list({})),
    vulnerabilities_import: relay('vulnerabilities_import', (owned, args, progress) =>
      owned.vulnerabilities_import(args, progress),
    ),
    policy_apply: relay('policy_apply', (owned, args) => owned.policy_apply(args)),
    policy_put: relay('policy_put', (owned, args) => owned.policy_put(args)),
    policy_check: relay('policy_check', (owned, args) => owned.policy_check(args)),
    policy_list: relay('policy_list', (owned) => owned.policy_list({})),
    policy_dry_run: relay('policy_dry_run', (owned, args, progress) => owned.policy_dry_run(args, progress)),
    policy_propose: relay('policy_propose', (owned, args, progress) => owned.policy_propose(args, progress)),
    profile_show: relay('profile_show', (owned) => owned.profile_show({})),
    profile_apply: relay('profile_apply', (owned, args) => owned.profile_apply(args)),
    anomaly_show: relay('anomaly_show', (owned, args) => owned.anomaly_show(args)),
    anomaly_verdict: relay('anomaly_verdict', (owned, args) => owned.anomaly_verdict(args)),
    anomaly_assign: relay('anomaly_assign', (owned, args) => owned.anomaly_assign(args)),
    suppress: relay('suppress', (owned, args) => owned.suppress(args)),
    suppressions: relay('suppressions', (owned) => owned.suppressions({})),
    unsuppress: relay('unsuppress', (owned, args) => owned.unsuppress(args)),
    maintenance_add: relay('maintenance_add', (owned, args) => owned.maintenance_add(args)),
    maintenance_list: relay('maintenance_list', (owned) => owned.maintenance_list({})),
    maintenance_remove: relay('maintenance_remove', (owned, args) => owned.maintenance_remove(args)),
    baseline_accept: relay('baseline_accept', (owned, args) => owned.baseline_accept(args)),
    baseline_revert: relay('baseline_revert', (owned, args) => owned.baseline_revert(args)),
    sensors_list: relay('sensors_list', (owned) => owned.sensors_list({})),
    sensors_retire: relay('sensors_retire', (owned, args) => owned.sensors_retire(args)),
    trust_anchors_import: relay('trust_anchors_import', (owned, args) => owned.trust_anchors_import(args)),
    trust_anchors_list: relay('trust_anchors_list', (owned) => owned.trust_anchors_list({})),
    trust_anchors_remove: relay('trust_anchors_remove', (owned, args) => owned.trust_anchors_remove(args)),
    trust_revocations_import: relay('trust_revocations_import', (owned, args) =>
      owned.trust_revocations_import(args),
    ),
    enrol_authority: relay('enrol_authority', (owned, args) => owned.enrol_authority(args)),
    enrol_token: relay('enrol_token', (owned, args) => owned.enrol_token(args)),
    enrol_list: relay('enrol_list', (owned) => owned.enrol_list({})),
    enrol_decide: relay('enrol_decide', (owned, args) => owned.enrol_decide(args)),
    enrol_revoke: relay('enrol_revoke', (owned, args) => owned.enrol_revoke(args)),
    enrol_readmit: relay('enrol_readmit', (owned, args) => owned.enrol_readmit(args)),
    enrol_crl: relay('enrol_crl', (owned) => owned.enrol_crl({})),
    compliance_report: relay('compliance_report', (owned, args) => owned.compliance_report(args)),
    compliance_words: relay('compliance_words', (owned) => owned.compliance_words({})),
    compliance_attest: relay('compliance_attest', (owned, args) => owned.compliance_attest(args)),
    compliance_except: relay('compliance_except', (owned, args) => owned.compliance_except(args)),
    compliance_withdraw: relay('compliance_withdraw', (owned, args) => owned.compliance_withdraw(args)),
    privacy_erase: relay('privacy_erase', (owned, args, progress) => owned.privacy_erase(args, progress)),
    privacy_report: relay('privacy_report', (owned) => owned.privacy_report({})),
    privacy_rotate: relay('privacy_rotate', (owned, args) => owned.privacy_rotate(args)),
    fleet_status: relay('fleet_status', (owned) => owned.fleet_status({})),
    fleet_release_import: relay('fleet_release_import', (owned, args) => owned.fleet_release_import(args)),
    backup: relay('backup', (owned, args, progress) => owned.backup(args, progress)),
    findings: relay('findings', (owned, args) => owned.findings(args)),
    set_aside_list: relay('set_aside_list', (owned) => owned.set_aside_list({})),
    set_aside_retry: relay('set_aside_retry', (owned, args) => owned.set_aside_retry(args)),
    doctor: relay('doctor', (owned) => owned.doctor({})),
    status: relay('status', (owned, args, progress) => owned.status(args, progress)),
  };
}

/** Where feeds come in by HTTP, with the words of the operations. */
export function feedIntake(operations: () => Promise<OwnedOperations>): FeedIntake {
  return async ({ name, bytes, ...said }) => {
    try {
      return await (await operations()).intel_take({ ...said, name, bytes });
    } catch (error) {
      throw isExpected(error) ? new ControlError(error.code, error.message) : error;
    }
  };
}

function invalid(name: OperationName, issues: readonly z.core.$ZodIssue[], args: unknown): ControlError {
  // Who says it is not the caller's to say.
  const allowed = Object.keys(ARGUMENTS[name].shape).filter((each) => each !== 'actor');
  const wrong = issues.map((issue) => wordIssue(issue, allowed, args));
  return new ControlError('invalid_arguments', wrong.join(' '));
}

/** Failures that are worded for the operator; anything else is a fault. */
function isExpected(error: unknown): error is OperationError | JournalError | DiskFull {
  return error instanceof OperationError || error instanceof JournalError || error instanceof DiskFull;
}

/** A client's standard input is not the owner's. */
function refuseStandardInput(paths: readonly string[]): void {
  if (!paths.includes('-')) return;
  throw new OperationError(
    'no_standard_input',
    'Another process owns the data directory, and standard input does not reach it: give a file instead of "-".',
  );
}
