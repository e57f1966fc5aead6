import type { EpochMs, UserId } from '../model/index.ts';
import type { FleetState } from './fleet-state.ts';
import { OperationError, type Progress } from './operations.ts';
import type { EraseArgs, EraseResult } from './privacy-operations.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';

/** Copies of which this process knows nothing, or that are somebody else's. */
const OUT_OF_REACH: readonly string[] = [
  'backups made before now: delete them, or restore and erase again',
  'findings that were sent already: the receivers keep them under the usr_ id',
  "the sensors' and directories' own logs: as long as they name somebody, that somebody comes back as a new user at the next sign-in",
];

/** Forgets people for good, all of them or nobody. */
export async function eraseUsers(
  state: FleetState,
  keeper: SnapshotKeeper | null,
  { users: asked, actor }: EraseArgs,
  at: EpochMs,
  progress: Progress,
): Promise<EraseResult> {
  const users = [...new Set(asked.map((each) => knownUser(state, each)))];
  const erase = () => state.erase({ kind: 'erasure', at, users, actor }, progress);
  await (keeper === null ? erase() : keeper.alone(erase));
  return {
    erased: users.length,
    journal_begins: state.journal.first,
    state_hash: state.stateHash(),
    out_of_reach: OUT_OF_REACH,
  };
}

/** By a UPN in any of its forms, or by the id. */
function knownUser({ engine }: FleetState, asked: string): UserId {
  const profile = asked.startsWith('usr_') ? engine.directory.profile(asked as UserId) : null;
  if (profile?.type === 'user') return profile.id as UserId;
  const fingerprint = engine.keys.accountFingerprint(asked);
  const known = fingerprint === null ? null : engine.directory.userByFingerprint(fingerprint);
  if (known !== null) return known;
  throw new OperationError(
    'unknown_entity',
    `No user "${asked.replaceAll(/[\p{C}"]/gu, '·').slice(0, 80)}" is known; give a UPN as it is used to sign in, or a usr_… id. Nobody was erased.`,
  );
}
