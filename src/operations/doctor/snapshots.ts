import { basename, join } from 'node:path';
import { stat } from 'node:fs/promises';
import { type FleetState, SNAPSHOTS, STATE_VERSION } from '../../data-directory/index.ts';
import { iso } from '../../model/index.ts';
import { listSnapshots, type OpenSnapshot, openSnapshot, SnapshotError } from '../../snapshot/index.ts';
import type { DoctorReport } from '../operations.ts';

type Check = DoctorReport['checks'][number];

/** As after an erasure. */
const ALONE =
  'it is the only one, and the journal does not reach back before it: a second is written once a record has come';

/**
 * What a start would set out from. Where the newest snapshot stands at this very moment, its state hash and that of
 * the living state must be equal: the one came by replay, the other by what happened.
 */
export async function examineSnapshots(state: FleetState, dir: string): Promise<Check> {
  const [newest, older] = listSnapshots(join(dir, SNAPSHOTS));
  const check = 'snapshots';
  if (newest === undefined) {
    return { check, state: 'ok', detail: 'none yet: a start replays the whole journal' };
  }
  try {
    const { stateHash, stateVersion, records, bytes } = headOf(newest.path);
    const { mtimeMs } = await stat(newest.path);
    const tail = `${state.journal.length - records} records since`;
    const detail = `${basename(newest.path)} of ${iso(mtimeMs)}, ${(bytes / 1e6).toFixed(1)} MB, ${tail}`;
    // An older release wrote the state down in another form, and so with another hash.
    const isComparable = records === state.journal.length && stateVersion === STATE_VERSION;
    if (isComparable && stateHash !== state.stateHash()) {
      return {
        check,
        state: 'failed',
        detail: `${detail}; its state is not that of this process: report it`,
      };
    }
    const found = damage(state, detail);
    if (found.state === 'ok' && older === undefined && state.journal.first > 0)
      return { check, state: 'warning', detail: `${detail}; ${ALONE}` };
    return { check, ...found };
  } catch (cause) {
    if (!(cause instanceof SnapshotError)) throw cause;
    return { check, state: cause.code === 'unreadable' ? 'failed' : 'warning', detail: cause.message };
  }
}

function damage({ damaged }: FleetState, detail: string): Pick<Check, 'state' | 'detail'> {
  if (damaged.length === 0) return { state: 'ok', detail };
  const found = damaged.map(({ message }) => message).join('; ');
  return { state: 'warning', detail: `${detail}; when this process started: ${found}` };
}

function headOf(path: string): Pick<OpenSnapshot, 'stateHash' | 'stateVersion' | 'records' | 'bytes'> {
  const snapshot = openSnapshot(path);
  snapshot.close();
  const { stateHash, stateVersion, records, bytes } = snapshot;
  return { stateHash, stateVersion, records, bytes };
}
