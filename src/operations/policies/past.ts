import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FleetState } from '../../data-directory/index.ts';
import type { Progress } from '../../effects/index.ts';
import { PolicyTrial, type PolicyTried, UsesOfKinds } from '../../engine/index.ts';
import { type EventsRecord, iso, isoOrNull } from '../../model/index.ts';
import { type Proposal, proposalFile, proposeForAll, writePolicies } from '../../policy/index.ts';
import { OperationError, suggestion } from '../../refusals/index.ts';
import type { DryRun, KindProposal, PolicyProposals, PolicyTriedAnswer } from './operations.ts';
import { soundPolicies } from './policies.ts';

const DEVICES_SHOWN = 20;

/** What policies would have decided of all connections that the journal keeps; nothing is written. */
export async function tryPolicies(
  state: FleetState,
  { paths }: { readonly paths: readonly string[] },
  progress: Progress,
): Promise<DryRun> {
  const trial = new PolicyTrial(state.engine, await soundPolicies(paths));
  await eachKept(state, 'Trying the policies on what the journal keeps', progress, (record) =>
    trial.take(record),
  );
  const { sums } = trial;
  return {
    from: isoOrNull(sums.from),
    to: isoOrNull(sums.to),
    connections: sums.connections,
    covered: sums.covered,
    covered_now: sums.coveredNow,
    denied: sums.denied,
    denied_now: sums.deniedNow,
    newly_denied: sums.newlyDenied,
    no_longer_denied: sums.noLongerDenied,
    policies: trial.policies.map(answerOf),
  };
}

function answerOf({
  policy,
  matched,
  established,
  devices,
  hasMore,
  examples,
}: PolicyTried): PolicyTriedAnswer {
  const isDenying = policy.action === 'deny';
  const most = [...devices].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, DEVICES_SHOWN);
  return {
    policy_id: policy.id,
    action: policy.action,
    mode: policy.mode,
    matched,
    denied: isDenying ? matched : 0,
    would_break: isDenying ? established : 0,
    devices_total: devices.size,
    devices_capped: hasMore,
    devices: most.map(([device, connections]) => ({ device_id: device, connections })),
    examples: examples.map(({ at, entity, communityId, ...rest }) => ({
      at: iso(at),
      device_id: entity,
      ...rest,
      community_id: communityId,
    })),
  };
}

/** A least-privilege policy per kind of device: destinations from its established baselines, services from the journal. */
export async function proposePolicies(
  state: FleetState,
  { kind }: { readonly kind: string | null },
  progress: Progress,
): Promise<PolicyProposals> {
  if (kind !== null) refuseUnknownKind(state, kind);
  const uses = new UsesOfKinds(state.engine);
  for (const _ of uses.learn(kind)) await nextTurn();
  await eachKept(state, 'Reading how destinations are used', progress, (record) => uses.take(record));
  const proposals = proposeForAll(uses.uses());
  return {
    ...writePolicies(proposals.flatMap(({ policies }) => policies)),
    about: { kinds: proposals.map(kindAnswer) },
    yaml: proposalFile(proposals),
  };
}

function kindAnswer({ policies, leftOut, ...rest }: Proposal): KindProposal {
  return { ...rest, policies: policies.map(({ id }) => id), left_out: leftOut };
}

function refuseUnknownKind({ engine: { directory } }: FleetState, kind: string): void {
  const kinds = new Set<string>();
  for (const id of directory.entities()) {
    const own = directory.profile(id)?.kind ?? null;
    if (own === kind) return;
    if (own !== null) kinds.add(own);
  }
  throw new OperationError(
    'unknown_kind',
    `Nobody is of the kind "${kind.slice(0, 80)}"${suggestion(kind, kinds) || `; there are ${[...kinds].sort().slice(0, 10).join(', ') || 'none'}`}`,
  );
}

/** Every record of events that the journal keeps and that is not set aside, the oldest first; others have their turn after each. */
async function eachKept(
  { journal, setAside }: FleetState,
  what: string,
  progress: Progress,
  take: (record: EventsRecord) => void,
): Promise<void> {
  const { first, length } = journal;
  for await (const batch of journal.read(first, 'events')) {
    for (const { seq, record } of batch) {
      if (record.kind === 'events' && !setAside.has(seq)) take(record);
      progress({ what, share: length === first ? 1 : (seq - first) / (length - first) });
    }
    await nextTurn();
  }
}
