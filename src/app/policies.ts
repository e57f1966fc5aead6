import { readFile, stat } from 'node:fs/promises';
import { type EpochMs, isoOrNull, LIMITS, type Policy } from '../model/index.ts';
import { policiesIn, type PolicyFiles, readPolicyFiles, writePolicies } from '../policy/index.ts';
import type { FleetState } from './fleet-state.ts';
import { OperationError } from './operations.ts';
import type {
  PolicyApplied,
  PolicyApplyArgs,
  PolicyCheck,
  PolicyListing,
  PolicyPutArgs,
} from './policy-operations.ts';
import { optionalReason } from './said.ts';

const ERRORS_SHOWN = 50;

/** Reads policy files and says what is wrong with them; needs no data directory. */
export async function checkPolicies(paths: readonly string[]): Promise<PolicyCheck> {
  const { ok, files, policies } = await readFiles(paths);
  return { ok, files, policies: policies.length };
}

/** Puts policy files in force, all of them or none. */
export async function applyPolicies(
  state: FleetState,
  { paths, actor, reason }: PolicyApplyArgs,
  at: EpochMs,
): Promise<PolicyApplied> {
  return await putInForce(state, await soundPolicies(paths), { actor, reason }, at);
}

export async function putPolicies(
  state: FleetState,
  { actor, reason, ...content }: PolicyPutArgs,
  at: EpochMs,
): Promise<PolicyApplied> {
  const { policies, complaints } = policiesIn(content);
  if (complaints.length > 0) {
    const lines = complaints.slice(0, ERRORS_SHOWN).map(({ path, message }) => `"${path}" ${message}.`);
    throw new OperationError('invalid_arguments', `The policies were refused whole: ${lines.join(' ')}`);
  }
  return await putInForce(state, policies, { actor, reason }, at);
}

export function listPolicies({ engine }: FleetState): PolicyListing {
  const { decider, enforcement, sites, policyStanding } = engine;
  return {
    ...writePolicies(decider.policies),
    revision: policyStanding?.revision ?? 0,
    applied_at: isoOrNull(policyStanding?.at ?? null),
    actor: policyStanding?.actor ?? null,
    reason: policyStanding?.reason ?? null,
    enforcement: decider.policies.map(({ id, mode }) => ({
      policy_id: id,
      mode,
      enforced_sites: enforcement.enforcedSites(id),
      sites: sites.length,
    })),
  };
}

/** The policies of files, all of them sound. @throws OperationError with every mistake, its file and line */
export async function soundPolicies(paths: readonly string[]): Promise<readonly Policy[]> {
  const { ok, files, policies } = await readFiles(paths);
  if (ok) return policies;
  const lines = files.flatMap(({ path, errors }) =>
    errors.map((error) => `  ${path}:${error.line} ${error.path}: ${error.message}`),
  );
  const shown = lines.slice(0, ERRORS_SHOWN);
  const rest = lines.length > shown.length ? [`  and ${lines.length - shown.length} more`] : [];
  throw new OperationError(
    'invalid_policies',
    ['The policies were refused whole:', ...shown, ...rest].join('\n'),
  );
}

/** What is in force already is not journaled again. */
async function putInForce(
  state: FleetState,
  policies: readonly Policy[],
  { actor, reason }: { readonly actor: string; readonly reason: string | null },
  at: EpochMs,
): Promise<PolicyApplied> {
  const why = optionalReason(reason);
  const inForce = [...state.engine.decider.policies].sort(byId);
  const changed = JSON.stringify(inForce) !== JSON.stringify([...policies].sort(byId));
  if (changed) await state.append({ kind: 'policies', at, policies, actor, reason: why });
  return { policies: policies.length, revision: state.engine.policyStanding?.revision ?? 0, changed };
}

async function readFiles(paths: readonly string[]): Promise<PolicyFiles> {
  let bytes = 0;
  const files: { path: string; text: string }[] = [];
  for (const path of paths) {
    bytes += await sizeOf(path);
    if (bytes > LIMITS.policyBytes)
      throw new OperationError(
        'file_too_large',
        `The policy files up to ${path} are larger than ${LIMITS.policyBytes} bytes`,
      );
    files.push({
      path,
      text: await readFile(path, 'utf8').catch((cause: unknown) => unreadable(path, cause)),
    });
  }
  const read = readPolicyFiles(files);
  if (read.policies.length <= LIMITS.policies) return read;
  throw new OperationError(
    'too_many',
    `There are ${read.policies.length} policies; allowed are ${LIMITS.policies}`,
  );
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch((cause: unknown) => unreadable(path, cause))).size;
}

function unreadable(path: string, cause: unknown): never {
  throw new OperationError('unreadable_file', `The policy file ${path} cannot be read`, { cause });
}

function byId(a: Policy, b: Policy): number {
  return a.id < b.id ? -1 : 1;
}
