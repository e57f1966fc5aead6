import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournal } from '../journal/index.ts';
import type { SealingKeys } from '../privacy/index.ts';
import { writeSnapshot, type WrittenSnapshot } from '../snapshot/index.ts';
import { STATE_VERSION } from './derived-state.ts';
import { recover, SNAPSHOTS } from './recovery.ts';
import { SetAside } from './set-aside.ts';

/** What a follower did. */
export interface Followed extends WrittenSnapshot {
  /** Events taken in, ever, at that record. */
  readonly events: number;
  /** The snapshot from which it set out, and which therefore is whole, by its records; 0: from nothing. */
  readonly base: number;
}

/**
 * Writes the snapshot that stands after the journal's records 0 to `upTo` − 1, which are all on disk, by replay from
 * the newest one before it. Nothing of the owner's is touched: its state has no part in it, and so the snapshot's
 * state hash is a proof of the replay.
 */
export async function follow(dir: string, upTo: number, keys: SealingKeys): Promise<Followed> {
  const journal = join(dir, 'journal');
  // The owner has judged the journal when it opened it.
  const extent = { first: 0, length: Number.POSITIVE_INFINITY };
  const { state, records: base } = recover(dir, keys, extent, upTo, () => undefined);
  const setAside = await SetAside.read(dir);
  for await (const records of readJournal(journal, base, upTo)) {
    for (const { seq, record } of records) {
      // Also what is to be tried again: the owner's state is without it.
      if (setAside.has(seq)) state.passOver(record);
      else state.replay(record);
    }
  }
  await mkdir(join(dir, SNAPSHOTS), { recursive: true, mode: 0o700 });
  const written = writeSnapshot(join(dir, SNAPSHOTS), { records: upTo, stateVersion: STATE_VERSION }, state);
  return { ...written, events: state.events, base };
}
