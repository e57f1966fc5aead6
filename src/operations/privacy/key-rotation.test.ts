import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataDirectory, live, OFFICE, RETENTION, signInOf } from '../../app/data-directory.fixture.ts';
import { type FleetState, PrivacySchedule } from '../../data-directory/index.ts';
import { createEngineView } from '../../engine/index.ts';
import { DiskFull } from '../../files/index.ts';
import { moduleOf, onFullDisk } from '../../files/limited-disk.fixture.ts';
import { DAY_MS } from '../../model/index.ts';
import { backUp } from '../backup/backup.ts';
import { restoreBackup } from '../backup/restore.ts';
import { controlOperations } from '../control-operations.ts';
import { rotateKeys } from './privacy.ts';

const FIRST = 'user-of-10.0.0.1@example.com';
const SECOND = 'user-of-10.0.0.2@example.com';
let data: DataDirectory;
let state: FleetState;
beforeEach(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, OFFICE.length);
});
afterEach(async () => {
  await state.close();
  await data.remove();
});

const rotate = (finish = false) =>
  rotateKeys(state, { finish, actor: 'test' }, state.engine.now, data.effects.random);
const keyFile = () => readFile(join(data.dir, 'keys', 'sealing.key.json'), 'utf8');
const accountKeys = async () => [...(await keyFile()).matchAll(/account (\d+) /g)].map(([, epoch]) => epoch);

async function reopened(): Promise<void> {
  await state.close();
  state = await data.open();
}

function baselineOf(upn: string): unknown {
  const id = state.engine.userByAccount(upn);
  const profile = id === null ? null : state.engine.directory.profile(id);
  return profile === null
    ? null
    : {
        id,
        firstSeen: profile.firstSeen,
        history: state.engine.partitionOf(profile.id).history(profile.id)?.habits?.said(),
      };
}

describe('[PRIV-KEYS-1] a new key for accounts', () => {
  test('keeps who a person is, before the next sign-in and after it', async () => {
    const before = baselineOf(FIRST);
    expect(await rotate()).toEqual({ epoch: 2, waiting: 3 });
    expect(baselineOf(FIRST)).toEqual(before);
    const users = [...createEngineView(state.engine).entities()].length;
    await signInOf(state, FIRST, 90);
    expect(state.engine.userByAccount(FIRST)).toBe((before as { id: string }).id);
    expect([...createEngineView(state.engine).entities()].length).toBe(users);
    expect(state.engine.directory.accountEpoch).toMatchObject({ number: 2, waiting: 2 });
  });

  test('gives the same state by a restart, by a replay and from a snapshot', async () => {
    await rotate();
    await signInOf(state, FIRST, 90);
    const hash = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(hash);
    await state.writeSnapshot();
    await reopened();
    expect(state.stateHash()).toBe(hash);
    await signInOf(state, SECOND, 91);
    expect(state.engine.directory.accountEpoch.waiting).toBe(1);
  });

  test('destroys the one before, and the root of all, when nobody needs it', async () => {
    expect(await keyFile()).toContain('"root"');
    await rotate();
    expect(await keyFile()).not.toContain('root');
    expect(await accountKeys()).toEqual(['1', '2']);
    await expect(rotate()).rejects.toMatchObject({ code: 'not_done' });
    await signInOf(state, FIRST, 90);
    const first = state.engine.userByAccount(FIRST);
    expect(await rotate(true)).toEqual({ epoch: 2, waiting: null });
    expect(await accountKeys()).toEqual(['2']);
    expect(state.engine.userByAccount(FIRST)).toBe(first);
    expect(state.engine.userByAccount(SECOND)).toBeNull();
    await reopened();
    expect(state.engine.userByAccount(FIRST)).toBe(first);
    await signInOf(state, SECOND, 91);
    expect(state.engine.userByAccount(SECOND)).not.toBeNull();
  });

  test('leaves the one before in no draft of a process that ended in the middle', async () => {
    const draft = join(data.dir, 'keys', 'sealing.key.json.99999.new');
    await writeFile(draft, await keyFile());
    await rotate();
    await rotate(true);
    expect(await readdir(join(data.dir, 'keys'))).toEqual(['sealing.key.json']);
  });

  test('that begins and ends while a backup is made leaves that one whole', async () => {
    const hash = state.stateHash();
    const copyTo = state.journal.copyTo.bind(state.journal);
    const rotated: unknown[] = [];
    // As with a journal whose copy takes longer than both commands.
    vi.spyOn(state.journal, 'copyTo').mockImplementation(async (...args) => {
      const copied = await copyTo(...args);
      rotated.push(await rotate(), await rotate(true));
      return copied;
    });
    const to = `${data.dir}-backup`;
    await backUp(state, { dir: data.dir, configFile: null }, to, data.effects, () => undefined);
    expect(rotated).toMatchObject([{ epoch: 2 }, { epoch: 2, waiting: null }]);
    const into = `${to}-restored`;
    expect(await restoreBackup({ from: to, dir: into }, data.effects, () => undefined)).toMatchObject({
      stateHash: hash,
    });
    for (const each of [to, into]) await rm(each, { recursive: true });
  });

  test('that a crash left unused, or undestroyed, is no harm', async () => {
    const { changeAccountKeys } = await import('../../privacy/index.ts');
    await changeAccountKeys(join(data.dir, 'keys'), [1, 2], data.effects.random);
    const first = state.engine.userByAccount(FIRST);
    await reopened();
    expect(await accountKeys()).toEqual(['1']);
    expect(state.engine.userByAccount(FIRST)).toBe(first);
  });

  test('that the disk does not let be destroyed stops no start; it is told, and destroyed when the disk does', async () => {
    await rotate();
    // What stands where the new file is drafted cannot be written over.
    const inTheWay = join(data.dir, 'keys', 'sealing.key.json.new');
    await mkdir(inTheWay);
    await expect(rotate(true)).rejects.toMatchObject({ code: 'unusable' });
    const waitsInVain = async () => {
      const { checks } = await (await data.operations(state)).doctor({});
      return checks.find(({ check }) => check === 'account keys')?.state;
    };
    expect(await waitsInVain()).toBe('failed');
    await reopened();
    expect(data.faults).toEqual([expect.objectContaining({ code: 'unusable' })]);
    expect(await accountKeys()).toEqual(['1', '2']);
    expect(await waitsInVain()).toBe('failed');
    // Nobody is found by it meanwhile.
    expect(state.engine.userByAccount(FIRST)).toBeNull();
    const schedule = new PrivacySchedule(state, RETENTION, data.effects, data.keeper(state));
    await rmdir(inTheWay);
    await schedule.look();
    await schedule.close();
    expect(await accountKeys()).toEqual(['2']);
    expect(await waitsInVain()).toBeUndefined();
  });

  test('that is lost is told, and nothing is sealed under another', async () => {
    await rotate();
    await state.close();
    const { changeAccountKeys } = await import('../../privacy/index.ts');
    await changeAccountKeys(join(data.dir, 'keys'), [1], data.effects.random);
    await expect(data.open()).rejects.toMatchObject({ code: 'keys_changed' });
    await changeAccountKeys(join(data.dir, 'keys'), [1, 2], data.effects.random);
    state = await data.open();
  });
});

test('[PRIV-KEYS-2] keys change by the schedule, and the change ends when its time is over', async () => {
  const schedule = new PrivacySchedule(
    state,
    { ...RETENTION, keyDays: 3, keyOverlapDays: 2 },
    data.effects,
    data.keeper(state),
  );
  await schedule.look();
  expect(state.engine.directory.accountEpoch).toMatchObject({ number: 1, waiting: null });
  await state.append({ kind: 'clock', at: state.engine.now + 4 * DAY_MS });
  await schedule.look();
  expect(state.engine.directory.accountEpoch).toMatchObject({ number: 2, waiting: 3 });
  await state.append({ kind: 'clock', at: state.engine.now + 2 * DAY_MS });
  await schedule.look();
  expect(state.engine.directory.accountEpoch).toMatchObject({ number: 2, waiting: null });
  expect(await accountKeys()).toEqual(['2']);
  expect(data.faults).toEqual([]);
  await schedule.close();
});

test('[PRIV-RETAIN-1] [LIVE-2] a user whom nobody has seen for longer than retention allows is forgotten', async () => {
  const schedule = new PrivacySchedule(
    state,
    { ...RETENTION, userDays: 10 },
    data.effects,
    data.keeper(state),
  );
  await state.append({ kind: 'clock', at: state.engine.now + 9 * DAY_MS });
  data.now = state.engine.now;
  await signInOf(state, FIRST, 24 * 9);
  await schedule.look();
  expect(state.engine.userByAccount(SECOND)).not.toBeNull();
  await state.append({ kind: 'clock', at: state.engine.now + 5 * DAY_MS });
  await schedule.look();
  // Data alone, of which the clock knows nothing, forget nobody.
  expect(state.engine.userByAccount(SECOND)).not.toBeNull();
  data.now = state.engine.now;
  await schedule.look();
  expect(state.engine.userByAccount(SECOND)).toBeNull();
  expect(state.engine.userByAccount(FIRST)).not.toBeNull();
  const hash = state.stateHash();
  await reopened();
  expect(state.stateHash()).toBe(hash);
  expect(data.faults).toEqual([]);
  await schedule.close();
});

test('[DISK-1] a full disk refuses a change of keys as such, also to a client of the owner', async () => {
  const before = await keyFile();
  const said = await onFullDisk(`
    import { changeAccountKeys } from ${moduleOf('privacy/index.ts')};
    const random = (bytes) => new Uint8Array(bytes);
    await changeAccountKeys(${JSON.stringify(join(data.dir, 'keys'))}, [0, 1], random).catch(({ code }) => console.log(code));
  `);
  expect(said).toBe('disk_full\n');
  expect(await readdir(join(data.dir, 'keys'))).toEqual(['sealing.key.json']);
  expect(await keyFile()).toBe(before);
  const owned = {
    ...(await data.operations(state)),
    privacy_rotate: () => Promise.reject(new DiskFull('/data/keys/sealing.key.json')),
  };
  const { privacy_rotate } = controlOperations(async () => owned);
  await expect(privacy_rotate({ finish: false, actor: 'test' }, () => undefined)).rejects.toMatchObject({
    name: 'ControlError',
    code: 'disk_full',
    message: expect.stringContaining('free space'),
  });
});
