import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataDirectory, live, OFFICE, signInOf, snapshotFile } from '../app/data-directory.fixture.ts';
import { DAY_MS, MINUTE_MS } from '../model/index.ts';
import { backUp } from '../operations/backup/backup.ts';
import { restoreBackup } from '../operations/index.ts';
import { eraseUsers } from '../operations/privacy/privacy.ts';
import { loadKeys } from '../privacy/index.ts';
import type { FleetState } from './fleet-state.ts';
import { startFollower } from './follower-process.ts';
import { follow } from './follower.ts';
import type { SnapshotKeeper } from './snapshot-keeper.ts';

let place: DataDirectory;
let state: FleetState;
let keeper: SnapshotKeeper;
/** Outside the data directory, for its backups. */
let away: string;

beforeEach(async () => {
  place = await DataDirectory.make();
  place.now = Date.now();
  away = `${place.dir}-away`;
  await mkdir(away);
  await open();
});
afterEach(async () => {
  await keeper.close();
  await state.close();
  await place.remove();
  await rm(away, { recursive: true });
});

async function open(): Promise<void> {
  state = await place.open();
  keeper = place.keeper(state, place.followHere);
}

async function append(from: number, to: number): Promise<void> {
  await live(state, from, to);
}

const keys = () => loadKeys(join(place.dir, 'keys'), place.effects.random);

describe('[SNAP-8] a follower', () => {
  test('comes by replay to the state of the owner, from nothing and from its own snapshots', async () => {
    for (const upTo of [4, 11, OFFICE.length]) {
      await append(state.journal.length, upTo);
      const hash = state.stateHash();
      const base = (await place.snapshots()).at(-1) ?? 0;
      expect(await follow(place.dir, upTo, await keys())).toMatchObject({
        records: upTo,
        events: state.events,
        stateHash: hash,
        base,
      });
    }
  });

  test('writes what stood after a record, whatever came since', async () => {
    await append(0, 9);
    const hash = state.stateHash();
    await append(9, 15);
    expect(await follow(place.dir, 9, await keys())).toMatchObject({ records: 9, stateHash: hash });
  });

  test('in a process of its own says what it did, or what it failed at', async () => {
    await append(0, 9);
    const { done } = startFollower(place.dir, 9);
    expect(await done).toMatchObject({ records: 9, stateHash: state.stateHash(), base: 0 });
    await expect(startFollower(place.dir, 12).done).rejects.toMatchObject({ code: 'corrupt' });
    const stopped = startFollower(place.dir, 9);
    stopped.stop();
    await expect(stopped.done).rejects.toMatchObject({ code: 'follower_ended' });
  });
});

describe('[SNAP-9] snapshots are written', () => {
  test('when the tail has grown long, not more often than every ten minutes, and never twice of one moment', async () => {
    keeper = place.keeper(state);
    await keeper.look();
    expect(await place.snapshots()).toEqual([]);
    await append(0, 6);
    await keeper.look();
    expect(await place.snapshots()).toEqual([6]);
    await append(6, 9);
    await keeper.look();
    expect(await place.snapshots()).toEqual([6]);
    place.now += 10 * MINUTE_MS;
    await keeper.look();
    await keeper.write();
    expect(await place.snapshots()).toEqual([6, 9]);
    expect(place.faults).toEqual([]);
  });

  test('only of what the history has durably taken in', async () => {
    vi.spyOn(state.past, 'settle').mockReturnValue(5);
    await append(0, 9);
    await keeper.look();
    expect(await place.snapshots()).toEqual([5]);
    await keeper.close();
    expect(await place.snapshots()).toEqual([5]);
  });

  test('at the end where the tail is long, and the two newest are kept', async () => {
    await append(0, 6);
    await keeper.write();
    await append(6, 9);
    await keeper.write();
    await append(9, 12);
    await keeper.close();
    expect(await place.snapshots()).toEqual([9, 12]);
    const hash = state.stateHash();
    await state.close();
    await open();
    expect(state.snapshot.records).toBe(12);
    expect(state.stateHash()).toBe(hash);
  });

  test('again after a damaged one, which goes', async () => {
    await append(0, 6);
    await keeper.write();
    await append(6, 9);
    await keeper.write();
    await place.damage('snapshots', snapshotFile(9));
    await append(9, 12);
    await keeper.write();
    expect(await place.snapshots()).toEqual([6, 12]);
  });

  test('or not, where the disk refuses: that is told, and nothing else', async () => {
    await append(0, 6);
    await writeFile(join(place.dir, 'snapshots'), 'in the way');
    await keeper.look();
    expect(place.faults).toHaveLength(1);
    await append(6, 9);
    expect(state.journal.length).toBe(9);
    await rm(join(place.dir, 'snapshots'));
  });
});

describe('[RET-2] the journal', () => {
  /** Two snapshots, and a journal that is old. */
  async function aged(): Promise<void> {
    await append(0, 6);
    await keeper.write();
    await append(6, 12);
    place.now += 31 * DAY_MS;
    await keeper.write();
  }

  test('loses what is old and covered by the older of two snapshots, and nothing else', async () => {
    await aged();
    expect(await place.snapshots()).toEqual([6, 12]);
    expect(state.journal.first).toBe(6);
    const hash = state.stateHash();
    await keeper.close();
    await state.close();
    // The newer one may be damaged: the older one and the journal lead to the same state.
    await place.damage('snapshots', snapshotFile(12));
    await open();
    expect(state.snapshot.records).toBe(6);
    expect(state.stateHash()).toBe(hash);
  });

  test('is backed up with the snapshot that it needs, and restores to the same state', async () => {
    await aged();
    await append(12, 15);
    const [to, restored] = [join(away, 'backup'), join(away, 'restored')];
    const made = await backUp(
      state,
      { dir: place.dir, configFile: null },
      to,
      place.effects,
      () => undefined,
    );
    expect(readdirSync(join(to, 'snapshots'))).toEqual([snapshotFile(12)]);
    expect(readdirSync(join(to, 'journal')).sort()[0]).toBe('00000000000000000012.seg');
    const result = await restoreBackup({ from: to, dir: restored }, place.effects, () => undefined);
    expect(result).toMatchObject({ isStateEqual: true, stateHash: made.stateHash, records: 15 });
    expect(made.stateHash).toBe(state.stateHash());
  });

  test('is backed up by the older snapshot where the newer is damaged', async () => {
    await aged();
    await place.damage('snapshots', snapshotFile(12));
    const [to, restored] = [join(away, 'backup'), join(away, 'restored')];
    const made = await backUp(
      state,
      { dir: place.dir, configFile: null },
      to,
      place.effects,
      () => undefined,
    );
    expect(readdirSync(join(to, 'snapshots'))).toEqual([snapshotFile(6)]);
    const result = await restoreBackup({ from: to, dir: restored }, place.effects, () => undefined);
    expect(result).toMatchObject({ isStateEqual: true, stateHash: made.stateHash });
  });

  test('of a copy without its snapshots is refused', async () => {
    await aged();
    const copy = Object.assign(await DataDirectory.make(), { dir: join(place.dir, 'copy') });
    await mkdir(copy.dir);
    for (const part of ['journal', 'keys']) {
      await cp(join(place.dir, part), join(copy.dir, part), { recursive: true });
    }
    await expect(copy.open()).rejects.toMatchObject({ code: 'records_missing' });
  });
});

test('[SNAP-15] after an erasure one snapshot is all there is: that is told, and a second follows soon', async () => {
  const told = async () =>
    (await (await place.operations(state)).doctor({})).checks.find(({ check }) => check === 'snapshots');
  await append(0, OFFICE.length);
  const users = ['user-of-10.0.0.2@example.com'];
  await eraseUsers(state, keeper, { users, actor: 'test' }, state.engine.now, () => undefined);
  expect(await place.snapshots()).toHaveLength(1);
  expect(await told()).toMatchObject({ state: 'warning', detail: expect.stringContaining('only one') });
  await signInOf(state, 'somebody@example.com', 30);
  place.now += 10 * MINUTE_MS;
  await keeper.look();
  expect(await place.snapshots()).toHaveLength(2);
  expect(await told()).toMatchObject({ state: 'ok' });
});
