import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataDirectory, live, OFFICE, signInOf } from '../app/data-directory.fixture.ts';
import { bringUpToDate } from '../app/start.ts';
import type { StanceConfig } from '../config/index.ts';
import { VERSION } from '../effects/index.ts';
import { IntelIntake } from '../intel/index.ts';
import { JournalError, readJournal } from '../journal/index.ts';
import { type EntityId, type EpochMs, HOUR_MS, type JournalRecord, LIMITS } from '../model/index.ts';
import { restoreBackup } from '../operations/index.ts';
import { eraseUsers } from '../operations/privacy/privacy.ts';
import { loadKeys } from '../privacy/index.ts';
import { hashOf, SnapshotDamaged } from '../snapshot/index.ts';
import { openHistory } from '../store/index.ts';
import { defectOn, QUOTED } from './defect.fixture.ts';
import { DerivedState } from './derived-state.ts';
import { EngineFault, isOfTheEngine } from './engine-fault.ts';
import { FleetState } from './fleet-state.ts';
import { HISTORY } from './history-file.ts';
import { HistoryKeeper } from './history-keeper.ts';
import { SetAside } from './set-aside.ts';

const REASON = 'because of the person in room four';
const quiet = () => undefined;

let place: DataDirectory;
let state: FleetState;
beforeEach(async () => {
  place = await DataDirectory.make();
  state = await place.open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await state.close();
  await place.remove();
});

/** The batch that is record `number` of the office. */
const batch = (number: number) => (record: JournalRecord) =>
  record.kind === 'events' && record.origins[0]?.at === (number - 1) * 4;

/** Something that an operator says. */
const word = (id: string): JournalRecord => ({
  kind: 'enrol',
  entities: [id as EntityId],
  at: state.engine.now,
  actor: 'test',
  reason: REASON,
});

async function reopen(): Promise<void> {
  await state.close();
  state = await place.open();
}

/** Until the engine fails: what comes then is refused. */
async function liveUntilItFails(from: number): Promise<void> {
  await expect(live(state, from, OFFICE.length)).rejects.toMatchObject({ code: 'failed' });
}

/** What the records give that lead up to the end, for an engine that knows of some only that they were taken. */
async function hashWithout(numbers: readonly number[]): Promise<string> {
  const derived = new DerivedState(await loadKeys(join(place.dir, 'keys'), place.effects.random));
  for await (const records of readJournal(join(place.dir, 'journal'), 0, state.journal.length)) {
    for (const { seq, record } of records) {
      if (!numbers.includes(seq)) derived.replay(record);
      else if (record.kind === 'events') derived.engine.ledger.note(record);
    }
  }
  return hashOf(derived);
}

/** All that the history says of every hour. */
function told(dir: string): unknown {
  const history = openHistory(join(dir, HISTORY));
  try {
    const { span } = history;
    if (span === null) return null;
    const instants: EpochMs[] = [];
    for (let at = span.from; at <= span.until; at += HOUR_MS / 4) instants.push(at);
    const hours = [...instants, span.until].map((at) => {
      const past = history.asOf(at);
      const entities = [...past.entities()].map(({ id }) => {
        const entity = past.entity(id);
        return { id, picture: entity?.picture, factors: entity?.factors(), facts: entity?.facts() };
      });
      const { openAnomalies, having } = past.fleet;
      const fleet = { value: past.fleet.value, openAnomalies, having: [...having] };
      return { at, fleet, entities: entities.sort((a, b) => (a.id < b.id ? -1 : 1)) };
    });
    return { hours, published: history.published({ record: -1, ordinal: 0 }, 10_000), mark: history.mark };
  } finally {
    history.close();
  }
}

/** The history as it is told to one that hears all of it from the beginning. */
async function toldAnew(): Promise<unknown> {
  await state.close();
  const aside = `${place.dir}-anew`;
  await cp(place.dir, aside, { recursive: true });
  for (const name of await readdir(aside))
    if (name.startsWith(HISTORY) || name === 'snapshots') await rm(join(aside, name), { recursive: true });
  const anew = await FleetState.open(aside, place.effects, { progress: quiet });
  await anew.close();
  const all = told(aside);
  await rm(aside, { recursive: true });
  state = await place.open();
  return all;
}

async function listed(): Promise<string> {
  return readFile(join(place.dir, 'set-aside.json'), 'utf8');
}

describe('[SET-ASIDE-1] a record on which the engine fails', () => {
  test('stops the intake, and is set aside by the next start, which gives the state of one that never applied it', async () => {
    defectOn(batch(5));
    await liveUntilItFails(0);
    expect(state.fault).toContain('record 5 is on disk');
    expect(state.fault).toContain('restart');
    await reopen();
    expect(state.fault).toBeNull();
    expect(state.setAside.all).toMatchObject([
      { record: 5, kind: 'events', events: 4, senders: ['file'], state: 'kept', stance: VERSION },
    ]);
    expect(state.stateHash()).toBe(await hashWithout([5]));
    await live(state, 6, OFFICE.length);
    expect(state.stateHash()).toBe(await hashWithout([5]));
    // It is told once, by the start that found it.
    expect(place.faults).toEqual([expect.any(EngineFault)]);
    await reopen();
    expect(place.faults).toHaveLength(1);
    expect(state.stateHash()).toBe(await hashWithout([5]));
    expect(state.engine.ledger.isDone('file:test', 16)).toBe(true);
  });

  test('does not stop the one behind it that is on disk already, and several are set aside by one start', async () => {
    await live(state, 0, 12);
    defectOn((record) => batch(3)(record) || batch(8)(record) || batch(9)(record));
    await reopen();
    expect(state.setAside.all.map(({ record }) => record)).toEqual([3, 8, 9]);
    expect(state.stateHash()).toBe(await hashWithout([3, 8, 9]));
  });

  test('is set aside from a snapshot on as from the beginning', async () => {
    await live(state, 0, 6);
    await state.writeSnapshot();
    await live(state, 6, 10);
    defectOn(batch(8));
    await reopen();
    expect(state.snapshot.records).toBe(6);
    expect(state.stateHash()).toBe(await hashWithout([8]));
    // The process beside comes to the same.
    const keeper = place.keeper(state, place.followHere);
    await keeper.write();
    expect(await place.snapshots()).toEqual([6, 10]);
    const { checks } = await (await place.operations(state)).doctor({});
    expect(checks.find(({ check }) => check === 'snapshots')).toMatchObject({ state: 'ok' });
    await reopen();
    expect(state.snapshot.records).toBe(10);
    expect(state.stateHash()).toBe(await hashWithout([8]));
  });

  test('is set aside too where what follows from it cannot be told to the history', async () => {
    await live(state, 0, 8);
    const { applied } = Object.getOwnPropertyDescriptors(HistoryKeeper.prototype);
    vi.spyOn(HistoryKeeper.prototype, 'applied').mockImplementation(function (this: HistoryKeeper, record) {
      if (batch(6)(record)) throw new TypeError('a sample of what is not there');
      (applied.value as HistoryKeeper['applied']).call(this, record);
    });
    await reopen();
    expect(state.setAside.all).toMatchObject([{ record: 6 }]);
    expect(state.stateHash()).toBe(await hashWithout([6]));
  });

  test('is told as what the configuration names where it comes from there: no restart would help', async () => {
    defectOn(({ kind }) => kind === 'configuration');
    const config = {
      tenant: 'acme',
      sites: [],
      domains: {},
      feeds: [],
      anchors: [],
    } as unknown as StanceConfig;
    const intel = await IntelIntake.open({ state, dir: place.dir, effects: place.effects });
    const starting = bringUpToDate(state, config, intel, place.effects);
    await expect(starting).rejects.toMatchObject({
      code: 'engine_failed',
      message: expect.stringContaining('record 0 is on disk'),
    });
    await expect(starting).rejects.toThrow('what the configuration names');
  });

  test('is told without anything that it says', async () => {
    await live(state, 0, 6);
    defectOn(({ kind }) => kind === 'enrol');
    await expect(state.append(word('dev_nobody'))).rejects.toMatchObject({ code: 'failed' });
    await reopen();
    const text = await listed();
    expect(text).toContain('"kind": "enrol"');
    expect(text).toMatch(/"cause": "TypeError in .*\(data-directory\/defect\.fixture\.ts:\d+\)"/);
    for (const content of [QUOTED, REASON, 'dev_nobody', 'actor']) expect(text).not.toContain(content);
  });

  test('is sent again by whoever got no answer, and counts as a duplicate', async () => {
    await live(state, 0, OFFICE.length);
    defectOn(
      (record) => record.kind === 'events' && record.events.some(({ kind }) => kind === 'authentication'),
    );
    const send = () => signInOf(state, 'a@example.com', 30);
    await expect(send()).rejects.toMatchObject({ code: 'failed' });
    await reopen();
    const { length } = state.journal;
    expect(state.setAside.all.at(-1)).toMatchObject({ record: length - 1 });
    expect(await send()).toMatchObject({ known: [0] });
    expect(state.fault).toBeNull();
  });
});

describe('[SET-ASIDE-2] what was told of it to the history', () => {
  test('by half is taken back, so that every instant is answered as without it', async () => {
    defectOn(batch(5));
    await liveUntilItFails(0);
    state.past.write();
    const { mark } = state.past.history;
    expect(mark.records).toBe(5);
    expect(mark.changes).toBeGreaterThan(0);
    await reopen();
    await live(state, 6, OFFICE.length);
    state.past.settle();
    const all = told(place.dir);
    expect(all).toEqual(await toldAnew());
  });

  test('by an older release that knew of no setting aside, too', async () => {
    defectOn(batch(5));
    await liveUntilItFails(0);
    await reopen();
    state.past.settle();
    expect(state.past.history.pointBefore(5)).toBe(5);
    expect(state.past.history.pointBefore(4)).toBe(0);
  });
});

describe('[SET-ASIDE-3] a start that is killed', () => {
  test('when the record is on the list leaves what the next one gives all the same', async () => {
    await live(state, 0, 9);
    defectOn((record) => batch(4)(record) || batch(7)(record));
    await state.close();
    for (let died = 0; died < 2; died++) {
      const killed = {
        ...place.effects,
        reportFault: () => {
          throw new Error('killed');
        },
      };
      await expect(FleetState.open(place.dir, killed, { progress: quiet })).rejects.toThrow('killed');
    }
    expect(JSON.parse(await listed())).toMatchObject({
      records: [{ record: 4, state: 'new' }],
    });
    state = await place.open();
    expect(state.setAside.all).toMatchObject([{ state: 'kept' }, { state: 'kept' }]);
    expect(state.stateHash()).toBe(await hashWithout([4, 7]));
    state.past.settle();
    const all = told(place.dir);
    expect(all).toEqual(await toldAnew());
  });
});

describe('[SET-ASIDE-4] an engine that fails on more than a start sets aside', () => {
  const many = LIMITS.setAsideAtAStart + 1;

  test('is refused by name, however often it is started, and nothing is set aside', async () => {
    await live(state, 0, OFFICE.length);
    const hash = state.stateHash();
    const defect = defectOn(({ kind }) => kind === 'events');
    await state.close();
    for (let tries = 0; tries < 2; tries++) {
      await expect(place.open()).rejects.toMatchObject({
        code: 'engine_broken',
        message: expect.stringContaining(`failed on ${many} records of the journal, 1 (events) the first`),
      });
    }
    defect.mockRestore();
    state = await place.open();
    expect(state.setAside.all).toEqual([]);
    expect(state.stateHash()).toBe(hash);
    state.past.settle();
    const all = told(place.dir);
    expect(all).toEqual(await toldAnew());
  });

  test('and one that sets aside as many as that starts, and the next may find as many again', async () => {
    await live(state, 0, OFFICE.length);
    const first = (record: JournalRecord) => record.kind === 'events' && (record.origins[0]?.at ?? 0) < 32;
    const defect = defectOn(first);
    await reopen();
    expect(state.setAside.all).toHaveLength(LIMITS.setAsideAtAStart);
    defect.mockRestore();
    await rm(join(place.dir, 'snapshots'), { recursive: true, force: true });
    defectOn((record) => first(record) || batch(10)(record));
    await reopen();
    expect(state.setAside.all).toHaveLength(many);
  });
});

describe('[SET-ASIDE-5] a record that is tried again', () => {
  let whole: string;
  beforeEach(async () => {
    await live(state, 0, 6);
    await state.writeSnapshot();
    await live(state, 6, OFFICE.length);
    whole = state.stateHash();
  });

  test('is applied by the next start from before it on, and all is as if it had never failed', async () => {
    const defect = defectOn(batch(8));
    await reopen();
    await state.writeSnapshot();
    const operations = await place.operations(state);
    expect(await operations.set_aside_list({})).toMatchObject({
      records: [{ record: 8, applied_by_next_start: false, not_retried_as: null }],
    });
    expect(await operations.set_aside_retry({ record: null })).toMatchObject({
      records: [{ record: 8, applied_by_next_start: true }],
    });
    // The running process is without it as before, and so is the process beside.
    await signInOf(state, 'later@example.com', 30);
    await place.keeper(state, place.followHere).write();
    expect((await place.snapshots()).at(-1)).toBe(OFFICE.length + 1);
    const without = await hashWithout([8]);
    expect(state.stateHash()).toBe(without);
    defect.mockRestore();
    await reopen();
    expect(state.setAside.all).toEqual([]);
    expect(await place.snapshots()).toEqual([6]);
    expect(state.stateHash()).toBe(await hashWithout([]));
    expect(state.stateHash()).not.toBe(without);
    state.past.settle();
    const all = told(place.dir);
    expect(all).toEqual(await toldAnew());
    expect(whole).not.toBe(state.stateHash());
  });

  test('and fails again is set aside again, and everything stays as it was', async () => {
    defectOn((record) => batch(8)(record) || batch(11)(record));
    await reopen();
    const hash = state.stateHash();
    await (await place.operations(state)).set_aside_retry({ record: 11 });
    await reopen();
    expect(state.setAside.all).toMatchObject([
      { record: 8, state: 'kept' },
      { record: 11, state: 'kept' },
    ]);
    expect(state.stateHash()).toBe(hash);
    state.past.settle();
    const all = told(place.dir);
    expect(all).toEqual(await toldAnew());
  });

  test('is refused where nothing leads to before it, and where it is not set aside', async () => {
    defectOn(batch(8));
    await reopen();
    const operations = await place.operations(state);
    await expect(operations.set_aside_retry({ record: 9 })).rejects.toMatchObject({ code: 'not_set_aside' });
    await state.writeSnapshot();
    await state.journal.dropBefore(7);
    await expect(operations.set_aside_retry({ record: 8 })).rejects.toMatchObject({
      code: 'cannot_retry',
      message: expect.stringContaining('the journal begins with record 7'),
    });
    expect((await operations.set_aside_list({})).records).toMatchObject([
      { record: 8, not_retried_as: expect.stringContaining('no snapshot') },
    ]);
  });

  test('stays set aside where what leads to before it is lost until then', async () => {
    const defect = defectOn(batch(8));
    await reopen();
    await state.writeSnapshot();
    await state.journal.dropBefore(6);
    const hash = state.stateHash();
    await (await place.operations(state)).set_aside_retry({ record: 8 });
    await place.damage('snapshots', `${'6'.padStart(20, '0')}.snap`);
    defect.mockRestore();
    await reopen();
    expect(state.setAside.all).toMatchObject([{ record: 8, state: 'kept' }]);
    expect(place.faults).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('record 8 stays set aside') }),
    );
    expect(state.stateHash()).toBe(hash);
  });

  test('is found by a snapshot that is kept for it, as long as the journal reaches back to that', async () => {
    defectOn(batch(8));
    await reopen();
    const keeper = place.keeper(state, place.followHere);
    for (let hour = 30; hour < 33; hour++) {
      await signInOf(state, 'later@example.com', hour);
      await keeper.write();
    }
    const { length } = state.journal;
    expect(await place.snapshots()).toEqual([6, length - 1, length]);
    await state.journal.dropBefore(8);
    await signInOf(state, 'later@example.com', 33);
    await keeper.write();
    expect(await place.snapshots()).toEqual([length, length + 1]);
    expect(state.setAside.has(8)).toBe(true);
  });
});

describe('[SET-ASIDE-6] an entry', () => {
  beforeEach(async () => {
    await live(state, 0, 10);
    defectOn(batch(4));
    await reopen();
  });

  test('goes into a backup, and what is restored has the same state', async () => {
    const operations = await place.operations(state);
    await operations.set_aside_retry({ record: 4 });
    const to = `${place.dir}-backup`;
    const dir = `${place.dir}-restored`;
    const { stateHash } = await operations.backup({ to }, quiet);
    const restored = await restoreBackup({ from: to, dir }, place.effects, quiet);
    expect(restored).toMatchObject({ stateHash, isStateEqual: true });
    expect((await SetAside.read(dir)).all).toMatchObject([{ record: 4, state: 'kept' }]);
    await rm(to, { recursive: true });
    await rm(dir, { recursive: true });
  });

  test('lives as long as its record: an erasure takes it', async () => {
    const [user] = [...state.engine.directory.entities()].filter((id) => id.startsWith('usr_'));
    const keeper = place.keeper(state, place.followHere);
    const request = { users: [user ?? ''], actor: 'test' };
    await eraseUsers(state, keeper, request, state.engine.now, quiet);
    expect(state.setAside.all).toEqual([]);
    await reopen();
    expect(state.setAside.all).toEqual([]);
  });

  test('that cannot be read is told with what to do', async () => {
    await state.close();
    await writeFile(join(place.dir, 'set-aside.json'), '{"format":2}');
    await expect(place.open()).rejects.toMatchObject({
      code: 'set_aside_unreadable',
      message: expect.stringContaining('move it away'),
    });
    await rm(join(place.dir, 'set-aside.json'));
    state = await place.open();
    expect(state.setAside.all).toMatchObject([{ record: 4 }]);
    expect(state.stateHash()).toBe(await hashWithout([4]));
  });
});

describe('[SET-ASIDE-7] what is set aside is told', () => {
  test('by doctor and status, as a failure where somebody said it', async () => {
    await live(state, 0, 10);
    defectOn((record) => batch(4)(record) || record.kind === 'enrol');
    await reopen();
    let operations = await place.operations(state);
    const check = async () =>
      (await operations.doctor({})).checks.find((each) => each.check === 'records set aside');
    expect(await check()).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('4 (events, 4 of them'),
    });
    await expect(state.append(word('dev_nobody'))).rejects.toMatchObject({ code: 'failed' });
    expect((await operations.doctor({})).checks).toContainEqual({
      check: 'intake',
      state: 'failed',
      detail: expect.stringMatching(/record 11 is on disk.*nothing more is taken in until a restart/),
    });
    await reopen();
    operations = await place.operations(state);
    expect(await check()).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('11 (enrol: TypeError in'),
    });
    expect(await operations.status({ hash: false })).toMatchObject({ setAside: 2 });
    expect((await operations.doctor({})).healthy).toBe(false);
  });

  test('and whoever only looks is told what a start will do, and leaves everything as it is', async () => {
    await live(state, 0, 10);
    defectOn(batch(4));
    await state.close();
    const looking = FleetState.open(place.dir, place.effects, { progress: quiet }, { isLookedAt: true });
    await expect(looking).rejects.toMatchObject({
      code: 'engine_failed',
      message: expect.stringMatching(
        /record 4 of the journal \(events\): TypeError in .*The next start sets it aside/,
      ),
    });
    expect(await readdir(place.dir)).not.toContain('set-aside.json');
    state = await place.open();
    await (await place.operations(state)).set_aside_retry({ record: 4 });
    vi.restoreAllMocks();
    await state.close();
    const before = await listed();
    const seen = await FleetState.open(place.dir, place.effects, { progress: quiet }, { isLookedAt: true });
    const hash = seen.stateHash();
    await seen.close();
    expect(await listed()).toBe(before);
    state = await place.open();
    expect(state.stateHash()).not.toBe(hash);
    expect(state.stateHash()).toBe(await hashWithout([]));
  });
});

test('[SET-ASIDE-8] what the disk, the keys, a snapshot or the memory lack is no fault of the engine', () => {
  const disk = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  const others = [
    disk,
    new JournalError('corrupt', 'damaged'),
    new SnapshotDamaged('x.snap', 4, 'other bytes'),
    new RangeError('Array buffer allocation failed'),
    'a text',
  ];
  for (const cause of others) expect(isOfTheEngine(cause)).toBe(false);
  const wrongType = Object.assign(new TypeError('wrong'), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const cause of [new Error('no'), wrongType, new RangeError('Maximum call stack size exceeded')])
    expect(isOfTheEngine(cause)).toBe(true);
});
