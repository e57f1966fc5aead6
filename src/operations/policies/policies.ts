import { readFile, stat } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FleetState } from '../../data-directory/index.ts';
import type { Engine } from '../../engine/index.ts';
import { isEntityId, isoOrNull, LIMITS, type Policy } from '../../model/index.ts';
import {
  compilePolicies,
  type NamingKey,
  policiesIn,
  type PolicyDecider,
  type PolicyFiles,
  readPolicyFiles,
  strayNames,
  writePolicies,
} from '../../policy/index.ts';
import { OperationError, optionalReason, suggestion } from '../../refusals/index.ts';
import type { SaidWhen } from '../said-when.ts';
import type {
  PolicyApplied,
  PolicyApplyArgs,
  PolicyCheck,
  PolicyListing,
  PolicyPutArgs,
} from './operations.ts';

const ERRORS_SHOWN = 50;
const WARNINGS_SHOWN = 50;
/** Entities that are looked at before others have their turn. */
const PORTION = 1_000;

/** Reads policy files and says what is wrong with them; needs no data directory. */
export async function checkPolicies(paths: readonly string[]): Promise<PolicyCheck> {
  const { ok, files, policies } = await readFiles(paths);
  return { ok, files, policies: policies.length };
}

/** The same, held against whom a directory knows. */
export async function checkPoliciesHere(
  { engine }: FleetState,
  paths: readonly string[],
): Promise<PolicyCheck> {
  const { ok, files, policies } = await readFiles(paths);
  const warnings = ok ? await warningsOf(engine, compilePolicies(policies, engine.keys.fingerprint)) : [];
  return { ok, files, policies: policies.length, warnings };
}

/** Puts policy files in force, all of them or none. */
export async function applyPolicies(
  state: FleetState,
  { paths, actor, reason }: PolicyApplyArgs,
  when: SaidWhen,
): Promise<PolicyApplied> {
  return await putInForce(state, await soundPolicies(paths), { actor, reason }, when);
}

export async function putPolicies(
  state: FleetState,
  { actor, reason, ...content }: PolicyPutArgs,
  when: SaidWhen,
): Promise<PolicyApplied> {
  const { policies, complaints } = policiesIn(content);
  if (complaints.length > 0) {
    const lines = complaints.slice(0, ERRORS_SHOWN).map(({ path, message }) => `"${path}" ${message}.`);
    throw new OperationError('invalid_arguments', `The policies were refused whole: ${lines.join(' ')}`);
  }
  return await putInForce(state, policies, { actor, reason }, when);
}

export async function listPolicies({ engine }: FleetState): Promise<PolicyListing> {
  const { decider, enforcement, sites, policyStanding } = engine;
  return {
    ...writePolicies(decider.policies),
    revision: policyStanding?.revision ?? 0,
    applied_at: isoOrNull(policyStanding?.at ?? null),
    said_at: isoOrNull(policyStanding?.saidAt ?? null),
    actor: policyStanding?.actor ?? null,
    reason: policyStanding?.reason ?? null,
    enforcement: decider.policies.map(({ id, mode }) => ({
      policy_id: id,
      mode,
      enforced_sites: enforcement.enforcedSites(id),
      sites: sites.length,
    })),
    warnings: await warningsOf(engine, decider),
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
  when: SaidWhen,
): Promise<PolicyApplied> {
  const why = optionalReason(reason);
  const { changed, revision, inForce } = await state.change(() => {
    const before = [...state.engine.decider.policies].sort(byId);
    const isNews = JSON.stringify(before) !== JSON.stringify([...policies].sort(byId));
    return {
      record: isNews ? { kind: 'policies', ...when(), policies, actor, reason: why } : null,
      answer: () => {
        const { policyStanding, decider } = state.engine;
        return { changed: isNews, revision: policyStanding?.revision ?? 0, inForce: decider };
      },
    };
  });
  const warnings = await warningsOf(state.engine, inForce);
  return { policies: policies.length, revision, changed, warnings };
}

/** What of policies means nobody here: names that nobody has, and policies that are about nobody who is known. */
async function warningsOf({ directory, sites }: Engine, decider: PolicyDecider): Promise<readonly string[]> {
  const known: Record<Exclude<NamingKey, 'ids' | 'labels'>, Set<string>> = {
    kinds: new Set(),
    tags: new Set(),
    sites: new Set(sites),
  };
  const meant = new Set<readonly Policy[]>();
  let entities = 0;
  for (const id of directory.entities()) {
    if (++entities % PORTION === 0) await nextTurn();
    const profile = directory.profile(id);
    if (profile === null) continue;
    if (profile.kind !== null) known.kinds.add(profile.kind);
    for (const tag of profile.tags) known.tags.add(tag);
    meant.add(decider.applicable(profile));
  }
  // Before anybody is known no name is wrong yet.
  if (entities === 0) return [];
  const candidates = (key: NamingKey) => (key === 'ids' ? [] : known[key === 'labels' ? 'tags' : key]);
  const isKnown = (key: NamingKey, name: string) => {
    if (key === 'ids') return isEntityId(name) && directory.profile(name) !== null;
    return known[key === 'labels' ? 'tags' : key].has(name);
  };
  const about = new Set([...meant].flatMap((policies) => policies.map(({ id }) => id)));
  const warnings = [
    ...strayNames(decider.policies, isKnown).map(
      ({ place, key, name }) =>
        `${place}.${key}: nobody here is known by "${name}"${suggestion(name, candidates(key))}`,
    ),
    ...decider.policies.flatMap(({ id }) =>
      about.has(id) ? [] : `${id}: is about nobody who is known here`,
    ),
  ];
  const left = warnings.length - WARNINGS_SHOWN;
  return left > 0 ? [...warnings.slice(0, WARNINGS_SHOWN), `and ${left} more`] : warnings;
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
