import type { FleetState, SnapshotKeeper } from '../../data-directory/index.ts';
import type { Effects, Progress } from '../../effects/index.ts';
import type { EpochMs, UserId } from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import type { EraseArgs, EraseResult, RotateArgs, RotateResult } from './operations.ts';

/** Copies of which this process knows nothing, or that are somebody else's. */
const OUT_OF_REACH: readonly string[] = [
  'backups made before now: delete them, or restore and erase again',
  'findings that were sent already: the receivers keep them under the usr_ id',
  "the sensors' and directories' own logs: as long as they name somebody, that somebody comes back as a new user at the next sign-in",
];

/** Forgets people for good, all of them or nobody. */
export async function eraseUsers(
  state: FleetState,
  keeper: Pick<SnapshotKeeper, 'alone'>,
  { users: asked, actor }: EraseArgs,
  at: EpochMs,
  progress: Progress,
): Promise<EraseResult> {
  const all = [...new Set(asked.map((each) => knownUser(state, each)))];
  const users = all.filter((id) => !state.forgetting.unfinished.includes(id));
  refuseNamed(state, users);
  const erase = () =>
    users.length === 0
      ? state.forgetting.finish(progress)
      : state.forgetting.erase({ kind: 'erasure', at, users, actor }, progress);
  await keeper.alone(erase);
  return {
    erased: all.length,
    journal_begins: state.journal.first,
    state_hash: state.stateHash(),
    out_of_reach: OUT_OF_REACH,
  };
}

/** A policy in force is the operator's to change; it would keep the id. */
function refuseNamed({ engine }: FleetState, users: readonly UserId[]): void {
  for (const policy of engine.decider.policies) {
    const said = JSON.stringify(policy);
    if (!users.some((id) => said.includes(`"${id}"`))) continue;
    throw new OperationError(
      'not_done',
      `The policy ${policy.id} names one of them: take the id out of it first (stance policy apply). Nobody was erased.`,
    );
  }
}

/** Begins a change of the key of accounts, or ends one. One that nobody waits for ends by itself. */
export async function rotateKeys(
  state: FleetState,
  { finish, actor }: RotateArgs,
  at: EpochMs,
  random: Effects['random'],
): Promise<RotateResult> {
  const { directory } = state.engine;
  const { waiting } = directory.accountEpoch;
  if (finish || waiting === 0) {
    if (waiting === null)
      throw new OperationError(
        'not_done',
        'No change of keys is under way; stance privacy rotate begins one.',
      );
    await state.accountKeys.endRotation({ kind: 'account_epoch_end', at, actor }, random);
  } else if (waiting !== null) {
    const users = waiting === 1 ? 'One user was' : `${waiting} users were`;
    throw new OperationError(
      'not_done',
      `${users} not seen yet since the last change of keys. It ends by itself after retention.key_overlap_days; with --finish it ends now, and they are not found by their names any more.`,
    );
  }
  if (!finish) await state.accountKeys.rotate({ kind: 'account_epoch', at, actor }, random);
  const { number, waiting: left } = directory.accountEpoch;
  return { epoch: number, waiting: left };
}

/** By a UPN in any of its forms, or by the id, which still leads to whoever is erased in part. */
function knownUser({ engine, forgetting }: FleetState, asked: string): UserId {
  const { unfinished: unfinishedIds } = forgetting;
  const half = unfinishedIds.find((id) => id === asked);
  if (half !== undefined) return half;
  const profile = asked.startsWith('usr_') ? engine.directory.profile(asked as UserId) : null;
  if (profile?.type === 'user') return profile.id as UserId;
  const known = engine.userByAccount(asked);
  if (known !== null) return known;
  const unfinished =
    unfinishedIds.length === 0
      ? ''
      : ` An erasure is not finished (${unfinishedIds.join(', ')}): give one of these ids to try again now.`;
  throw new OperationError(
    'unknown_entity',
    `No user "${asked.replaceAll(/[\p{C}"]/gu, '·').slice(0, 80)}" is known; give a UPN as it is used to sign in, or a usr_… id. Nobody was erased.${unfinished}`,
  );
}
