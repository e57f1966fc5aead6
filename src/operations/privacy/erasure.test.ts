import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Canaries } from '../../../test/privacy/canaries.ts';
import { placesIn } from '../../../test/privacy/places.ts';
import { DataDirectory, live, OFFICE, RETENTION, signInOf } from '../../app/data-directory.fixture.ts';
import { type FleetState, PrivacySchedule } from '../../data-directory/index.ts';
import { noteOwed } from '../../data-directory/owed-erasure.ts';
import { createEngineView } from '../../engine/index.ts';
import { FleetDesk } from '../../fleet-statistics/index.ts';
import { Fetches } from '../../intel/index.ts';
import { JournalError } from '../../journal/index.ts';
import type { UserId } from '../../model/index.ts';
import { readPolicies } from '../../policy/index.ts';
import { examine } from '../doctor/doctor.ts';
import { statusOf } from '../doctor/status.ts';
import { eraseUsers } from './privacy.ts';

const SARAH = 'user-of-10.0.0.2@example.com';
const REASON = 'because of the person in room four';
const DAY = 86_400_000;
const quiet = () => undefined;

let data: DataDirectory;
let state: FleetState;
beforeEach(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, OFFICE.length);
  await sayThings();
});

/** Her password is guessed at, and operators say of her what they can. */
async function sayThings(): Promise<void> {
  for (let hour = 20; hour < 40; hour++) await signInOf(state, SARAH, hour, 'failure');
  const id = idOf(SARAH);
  const word = { at: state.engine.now, actor: 'test', reason: REASON } as const;
  const all = [...createEngineView(state.engine).anomalies()];
  const anomaly = all.find(({ entity }) => entity === id)?.id ?? '';
  expect(anomaly).toMatch(/^ano_/);
  const scope = { entity: id, tag: null, type: null, destination: null, port: null };
  await state.append({ kind: 'enrol', entities: [id], ...word });
  await state.append({
    kind: 'verdict',
    anomaly,
    status: 'acknowledged',
    verdict: null,
    remediated: false,
    ...word,
  });
  await state.append({ kind: 'suppress', scope, owner: 'soc', expiresAt: word.at + DAY, ...word });
  const window = { site: null, tag: null, entity: id };
  await state.append({ kind: 'maintenance', scope: window, from: word.at, to: word.at + DAY, ...word });
  await state.append({ kind: 'baseline_accept', entity: id, anomaly: null, ...word });
  const control = { framework: 'nist_csf', control: 'PR.AA-01', entity: id, owner: 'soc' } as const;
  await state.append({ kind: 'exception', ...control, expiresAt: word.at + DAY, ...word });
  expect(state.engine.compliance.count).toBe(1);
}
afterEach(async () => {
  await state.close();
  await data.remove();
});

function idOf(upn: string): UserId {
  const fingerprint = state.engine.keys.accountFingerprint(upn);
  const id = fingerprint === null ? null : state.engine.directory.userByFingerprint(fingerprint);
  if (id === null) throw new Error(`${upn} is nobody`);
  return id;
}

/** All that leads to a person: what to look for in bytes. */
function tracesOf(upn: string): Canaries {
  const traces = new Canaries();
  traces.place(upn, 'UPN');
  traces.place(idOf(upn), 'id');
  const fingerprint = state.engine.keys.accountFingerprint(upn);
  if (fingerprint === null) throw new Error('no fingerprint');
  traces.place(fingerprint, 'fingerprint');
  traces.placeBytes(Buffer.from(fingerprint, 'hex'), 'fingerprint in bytes');
  traces.place(REASON, 'what was said of it');
  return traces;
}

function found(traces: Canaries): string[] {
  const places = [...placesIn(data.dir)];
  return places.flatMap(({ where, bytes }) => traces.foundIn(bytes).map((each) => `${where}: ${each}`));
}

const erase = (...users: string[]) =>
  eraseUsers(state, data.keeper(state), { users, actor: 'test' }, state.engine.now, quiet);

async function reopened(): Promise<void> {
  await state.close();
  state = await data.open();
}

describe('an erased user', () => {
  test('[PRIV-ERASE-1] is found in no byte of the directory, and the others are there as before', async () => {
    await state.writeSnapshot();
    state.past.settle();
    const traces = tracesOf(SARAH);
    expect(found(traces).join('\n')).toMatch(/history[^]*journal[^]*snapshots/);
    const others = ['user-of-10.0.0.1@example.com', 'user-of-10.0.0.3@example.com'].map((upn) => [
      upn,
      idOf(upn),
    ]);
    await erase(SARAH);
    expect(found(traces)).toEqual([]);
    await reopened();
    expect(found(traces)).toEqual([]);
    expect(others.map(([upn = '']) => [upn, idOf(upn)])).toEqual(others);
    expect(() => idOf(SARAH)).toThrow('nobody');
  });

  test('[PRIV-ERASE-2] does not come back by a restart, a replay or a snapshot: the state is the same', async () => {
    await erase(idOf(SARAH));
    const hash = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(hash);
    expect(state.engine.erasures.all).toMatchObject([{ actor: 'test', users: 1 }]);
    await signInOf(state, 'user-of-10.0.0.1@example.com', 99);
    const after = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(after);
  });

  test('[PRIV-ERASE-2] is gone from a replay of every record, too', async () => {
    const id = idOf(SARAH);
    const copy = await DataDirectory.make();
    await state.append({ kind: 'erasure', at: state.engine.now, users: [id], actor: 'test' });
    await cp(join(data.dir, 'journal'), join(copy.dir, 'journal'), { recursive: true });
    await cp(join(data.dir, 'keys'), join(copy.dir, 'keys'), { recursive: true });
    const replayed = await copy.open();
    expect(replayed.stateHash()).toBe(state.stateHash());
    expect(replayed.engine.directory.profile(id)).toBeNull();
    await replayed.close();
    await copy.remove();
  });

  test('[PRIV-ERASE-3] who signs in again is somebody new, and no id is given twice', async () => {
    const before = [...createEngineView(state.engine).entities()].map(({ profile }) => profile.id);
    await erase(SARAH);
    await signInOf(state, SARAH, 100);
    expect(before).not.toContain(idOf(SARAH));
    await signInOf(state, 'somebody.else@example.com', 101);
    const ids = [...createEngineView(state.engine).entities()].map(({ profile }) => profile.id);
    expect(new Set(ids).size).toBe(ids.length);
    const hash = state.stateHash();
    await reopened();
    expect(state.stateHash()).toBe(hash);
  });

  test('[PRIV-ERASE-1] leaves the fleet of every instant as it would have been without them', async () => {
    state.past.settle();
    const { from, until } = state.past.span ?? { from: 0, until: 0 };
    const instants = [from, (from + until) / 2, until];
    const sums = (at: number) => state.past.history.asOf(Math.floor(at)).fleet.value;
    const entities = (at: number) =>
      [...state.past.history.asOf(Math.floor(at)).entities()].filter(({ picture }) => !picture.isEnrolled);
    await erase(SARAH);
    for (const at of instants) expect(sums(at).entities).toBe(entities(at).length);
    expect(sums(until)).toEqual(createEngineView(state.engine).fleet().value);
  });

  test('[PRIV-ERASE-4] is not erased while a policy in force names them; policies of before lose the id', async () => {
    const id = idOf(SARAH);
    const policy = `version: 1\npolicies:\n  - {id: pol_x, action: deny, mode: monitor, subject: {ids: [${id}]}, destination: {domains: [example.com]}}\n`;
    const file = readPolicies(policy);
    if (!file.ok) throw new Error(JSON.stringify(file));
    const at = state.engine.now;
    await state.append({ kind: 'policies', at, policies: file.policies, actor: 'test', reason: null });
    await expect(erase(SARAH)).rejects.toMatchObject({ code: 'not_done' });
    expect(idOf(SARAH)).toBe(id);
    const traces = tracesOf(SARAH);
    await state.append({ kind: 'policies', at, policies: [], actor: 'test', reason: null });
    await erase(SARAH);
    expect(found(traces)).toEqual([]);
  });

  test('is nobody of whom anything else was not known: a name that nobody has erases nobody', async () => {
    const hash = state.stateHash();
    await expect(erase(SARAH, 'nobody@example.com')).rejects.toMatchObject({ code: 'unknown_entity' });
    expect(state.stateHash()).toBe(hash);
    expect(idOf(SARAH)).toMatch(/^usr_/);
  });
});

test('[PRIV-ERASE-4] an erasure that a crash cut short is finished by the next start', async () => {
  const traces = tracesOf(SARAH);
  const users = [idOf(SARAH)];
  await state.writeSnapshot();
  await noteOwed(data.dir, users);
  await state.append({ kind: 'erasure', at: state.engine.now, users, actor: 'test' });
  await reopened();
  expect(found(traces)).toEqual([]);
  expect(await readdir(data.dir)).not.toContain('erasure.json');
});

test('[PRIV-ERASE-4] one whose record did not come to the disk erases nobody', async () => {
  const users = [idOf(SARAH)];
  await noteOwed(data.dir, users);
  await reopened();
  expect(idOf(SARAH)).toBe(users[0]);
  expect(await readdir(data.dir)).not.toContain('erasure.json');
});

test('[PRIV-ERASE-4] nothing is erased while the journal is being read', async () => {
  const reading = state.journal.read()[Symbol.asyncIterator]();
  await reading.next();
  await expect(erase(SARAH)).rejects.toMatchObject({ code: 'busy' });
  await reading.return?.(undefined);
  expect(idOf(SARAH)).toMatch(/^usr_/);
  await erase(SARAH);
});

/** Her erasure fails behind its record, because somebody begins to read the journal. */
async function eraseHalf(upn: string): Promise<void> {
  let reading: AsyncIterator<unknown> | null = null;
  const progress = ({ what }: { readonly what: string }) => {
    if (!what.startsWith('Writing')) return;
    reading = state.journal.read()[Symbol.asyncIterator]();
    void reading.next();
  };
  const half = eraseUsers(
    state,
    data.keeper(state),
    { users: [upn], actor: 'test' },
    state.engine.now,
    progress,
  );
  await expect(half).rejects.toMatchObject({ code: 'busy' });
  await (reading as AsyncIterator<unknown> | null)?.return?.();
}

describe('[PRIV-ERASE-4] an erasure that is half done', () => {
  const COLLEAGUE = 'user-of-10.0.0.3@example.com';

  test('is finished, whatever becomes of the next one', async () => {
    const traces = tracesOf(SARAH);
    const [sarah, colleague] = [idOf(SARAH), idOf(COLLEAGUE)];
    await eraseHalf(SARAH);
    // The next one ends before its record is on disk.
    await noteOwed(data.dir, [sarah, colleague]);
    await reopened();
    expect(found(traces)).toEqual([]);
    expect(idOf(COLLEAGUE)).toBe(colleague);
    expect(await readdir(data.dir)).not.toContain('erasure.json');
  });

  test.each(['{"users":["usr_', '{"users":[1]}', ''])(
    '[PRIV-ERASE-5] of which the note cannot be read is told, until the next erasure finishes it: %j',
    async (note) => {
      const traces = tracesOf(SARAH);
      await eraseHalf(SARAH);
      await writeFile(join(data.dir, 'erasure.json'), note);
      await reopened();
      expect(String(data.faults)).toContain('erasure.json cannot be read');
      const { checks } = await (await data.operations(state)).doctor({});
      expect(checks).toContainEqual(expect.objectContaining({ check: 'erasure', state: 'failed' }));
      expect(await statusOf(state, data.dir, false)).toMatchObject({ unfinishedErasure: 1 });
      await erase(COLLEAGUE);
      expect(found(traces)).toEqual([]);
      expect(await readdir(data.dir)).not.toContain('erasure.json');
      expect(await statusOf(state, data.dir, false)).toMatchObject({ unfinishedErasure: 0 });
    },
  );

  test('is told, and finished by whoever asks again by the id', async () => {
    const traces = tracesOf(SARAH);
    const id = idOf(SARAH);
    await eraseHalf(SARAH);
    expect(await statusOf(state, data.dir, false)).toMatchObject({ unfinishedErasure: 1 });
    const at = { dir: data.dir, state, now: () => state.engine.now };
    const fleet = await (await FleetDesk.open(null, at)).status(null);
    const around = {
      outputs: [],
      sources: [],
      start: [],
      fetches: await Fetches.open(data.dir),
      fleet,
      anchors: [],
      retention: RETENTION,
      now: data.now,
    };
    const { checks, healthy } = await examine(state, data.dir, around);
    expect(checks).toContainEqual(expect.objectContaining({ check: 'erasure', state: 'failed' }));
    expect(healthy).toBe(false);
    await expect(erase(SARAH)).rejects.toThrow(id);
    expect(await erase(id)).toMatchObject({ erased: 1 });
    expect(found(traces)).toEqual([]);
    expect(await statusOf(state, data.dir, false)).toMatchObject({ unfinishedErasure: 0 });
  });

  test('is finished by the next look of the schedule', async () => {
    const traces = tracesOf(SARAH);
    await eraseHalf(SARAH);
    const schedule = new PrivacySchedule(state, RETENTION, data.effects, data.keeper(state));
    await schedule.look();
    await schedule.close();
    expect(data.faults).toEqual([]);
    expect(found(traces)).toEqual([]);
  });

  test('keeps nobody from starting: what cannot be finished is told', async () => {
    await eraseHalf(SARAH);
    await state.close();
    const inTheWay = join(data.dir, 'history.db.aside-nowhere');
    await mkdir(inTheWay);
    state = await data.open();
    expect(data.faults).toHaveLength(1);
    expect(state.forgetting.unfinished).toHaveLength(1);
    await rm(inTheWay, { recursive: true });
    await reopened();
    expect(state.forgetting.unfinished).toEqual([]);
  });

  test('one that the journal refused erases nobody, not with the next one either', async () => {
    const sarah = idOf(SARAH);
    const append = vi.spyOn(state.journal, 'append');
    append.mockRejectedValueOnce(new JournalError('disk_full', 'no room'));
    await expect(erase(SARAH)).rejects.toMatchObject({ code: 'disk_full' });
    append.mockRestore();
    expect(await readdir(data.dir)).not.toContain('erasure.json');
    await erase(COLLEAGUE);
    expect(idOf(SARAH)).toBe(sarah);
    expect(state.past.history.factsOf(sarah)).not.toBeNull();
  });
});

describe('[PRIV-RETAIN-2] who is forgotten by retention', () => {
  const expire = (id: UserId) =>
    state.forgetting.expire({ kind: 'erasure', at: state.engine.now, users: [id], actor: 'retention' });
  const history = () => state.past.history;

  async function withoutHistory(): Promise<void> {
    await state.close();
    for (const end of ['', '-wal', '-shm']) await rm(join(data.dir, `history.db${end}`), { force: true });
    state = await data.open();
    state.past.settle();
  }

  /** By hours of the data. */
  const isFound = (id: UserId) => {
    const { from, until } = state.past.span ?? { from: 0, until: 0 };
    const hours = Array.from({ length: (until - from) / 3_600_000 }, (_, hour) => from + hour * 3_600_000);
    expect(hours.length).toBeGreaterThan(9);
    return hours.some((at) => history().asOf(at).entity(id) !== null);
  };

  test('is out of the history though a crash comes between the record and that', async () => {
    const id = idOf(SARAH);
    state.past.settle();
    expect(isFound(id)).toBe(true);
    await cp(data.dir, `${data.dir}-crashed`, { recursive: true });
    await expire(id);
    await state.close();
    // The history as it was before, with the journal as it is after the record.
    for (const end of ['', '-wal', '-shm']) {
      await rm(join(data.dir, `history.db${end}`), { force: true });
      await cp(join(`${data.dir}-crashed`, `history.db${end}`), join(data.dir, `history.db${end}`), {
        force: true,
      }).catch(() => undefined);
    }
    await rm(`${data.dir}-crashed`, { recursive: true });
    state = await data.open();
    expect(history().factsOf(id)).toBeNull();
    expect(isFound(id)).toBe(false);
  });

  test('does not come back with a history that is made anew from the journal', async () => {
    const id = idOf(SARAH);
    await expire(id);
    await withoutHistory();
    expect(history().factsOf(id)).toBeNull();
    expect(isFound(id)).toBe(false);
    expect(data.faults).toEqual([]);
  });

  test('is in no byte of it, also of places that are free', async () => {
    const traces = new Canaries();
    traces.place(idOf(SARAH), 'id');
    state.past.settle();
    const inHistory = () => found(traces).filter((each) => each.startsWith('history'));
    expect(inHistory()).not.toEqual([]);
    await expire(idOf(SARAH));
    expect(inHistory()).toEqual([]);
  });

  test('is kept out by the history where nobody asks for it by hand', async () => {
    const id = idOf(SARAH);
    await state.append({ kind: 'erasure', at: state.engine.now, users: [id], actor: 'test' });
    expect(state.past.settle()).toBe(state.journal.length);
    expect(history().factsOf(id)).toBeNull();
  });
});
