import { readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live, RETENTION } from '../app/data-directory.fixture.ts';
import { DAY_MS, type FeedId, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import { FleetState } from './fleet-state.ts';
import { SnapshotKeeper, type SnapshotPace } from './snapshot-keeper.ts';

let place: DataDirectory;
let state: FleetState;
let keeper: SnapshotKeeper;
let step: number;
let start: number;
let pace: SnapshotPace;

beforeEach(async () => {
  place = await DataDirectory.make();
  start = place.now = Date.now();
  step = 0;
  pace = QUIET;
  await open();
});
afterEach(async () => {
  await close();
  await place.remove();
});

/** So little comes that no other rule says anything. */
const QUIET: SnapshotPace = {
  whileRunning: { events: 1_000_000, segments: 1_000, listings: 1_000_000 },
  whenClosing: { events: 1_000_000, segments: 1_000, listings: 1_000_000 },
  leastBetweenMs: 10 * MINUTE_MS,
  lookEveryMs: DAY_MS,
};

/** With segments of the size that everybody has: what comes here never fills one. */
async function open(): Promise<void> {
  state = await FleetState.open(place.dir, place.effects, { progress: () => undefined });
  const options = { dir: place.dir, retention: RETENTION, pace, follower: place.followHere };
  keeper = new SnapshotKeeper(state, options, place.effects);
}

async function close(): Promise<void> {
  await keeper.close();
  await state.close();
}

/** The next record of a small office. */
async function record(): Promise<void> {
  await live(state, step, step + 1);
  step++;
}

/** The next version of a feed that lists so many. */
async function list(count: number): Promise<void> {
  const facts = { type: 'ip', categories: [], confidence: 1, firstSeen: null, lastSeen: null } as const;
  const listings = Array.from({ length: count }, (_, nth) => ({
    ...facts,
    value: `192.0.2.${nth}`,
    actors: [],
  }));
  const feed = { id: 'f' as FeedId, asOf: start + ++step, format: 'plain', lineage: 'f', listings } as const;
  await state.append({ kind: 'feed', at: start + step, feed, actor: 'test' });
}

test('[SNAP-17] tables of feeds that were built again and again make the tail long', async () => {
  pace = { ...QUIET, whileRunning: { ...QUIET.whileRunning, listings: 300 } };
  await close();
  await open();
  await list(100);
  await list(120);
  await keeper.look();
  expect(await place.snapshots()).toEqual([]);
  await list(90);
  await keeper.look();
  expect(await place.snapshots()).toEqual([state.journal.length]);
  const hash = state.stateHash();
  // What was built before a start is not built again, and counts no more.
  place.now += 10 * MINUTE_MS;
  await close();
  await open();
  expect(state.stateHash()).toBe(hash);
  expect(state.relisted).toBe(0);
  await list(200);
  await keeper.look();
  expect(await place.snapshots()).toHaveLength(1);
});

describe('[RET-4] of what comes slowly, the journal', () => {
  test('loses by the hour what is older than its days', async () => {
    await record();
    place.now += 2 * DAY_MS;
    await keeper.look();
    await record();
    // The disk's clock says that all of it was written at the start.
    place.now = start + 31 * DAY_MS;
    for (let hour = 0; hour < 3; hour++) {
      await keeper.look();
      await record();
      place.now += HOUR_MS;
    }
    await keeper.look();
    expect(state.journal.first).toBeGreaterThan(0);
    expect(await place.snapshots()).toHaveLength(2);
    expect(place.faults).toEqual([]);
  });

  test('loses it also where only short commands ever run', async () => {
    for (let day = 0; day < 5; day++) {
      await record();
      place.now += day === 0 ? 31 * DAY_MS : 2 * DAY_MS;
      await close();
      await open();
    }
    expect(state.journal.first).toBeGreaterThan(0);
    const hash = state.stateHash();
    await close();
    await open();
    expect(state.stateHash()).toBe(hash);
    expect(place.faults).toEqual([]);
  });

  test('keeps what is young, in segments of a day at most, and needs no snapshot for it', async () => {
    await record();
    await keeper.look();
    expect(await state.journal.closed()).toEqual([]);
    place.now += 25 * HOUR_MS;
    await keeper.look();
    expect(await state.journal.closed()).toMatchObject([{ first: 0, next: 1 }]);
    await record();
    place.now = start + 29 * DAY_MS;
    await keeper.look();
    expect(state.journal.first).toBe(0);
    expect(await place.snapshots()).toEqual([]);
  });
});

test('[LIVE-2] a clock that is wrong for a moment drops nothing', async () => {
  for (let hour = 0; hour < 4; hour++) {
    await record();
    place.now += HOUR_MS;
    place.wrongBy = hour === 2 ? 365 * DAY_MS : 0;
    await keeper.look();
  }
  expect(state.journal.first).toBe(0);
  expect(await place.snapshots()).toEqual([]);
});

describe('[RET-6] after a clock that was a year ahead for an hour', () => {
  async function lookForAnHour(): Promise<void> {
    for (let minutes = 0; minutes < 60; minutes += 6) {
      await keeper.look();
      place.now += 6 * MINUTE_MS;
    }
  }

  test('snapshots are written as before', async () => {
    pace = { ...QUIET, whileRunning: { ...QUIET.whileRunning, events: 1 } };
    await close();
    await open();
    place.wrongBy = 365 * DAY_MS;
    await record();
    await record();
    await lookForAnHour();
    expect(await place.snapshots()).toEqual([state.journal.length]);
    place.wrongBy = 0;
    await record();
    await lookForAnHour();
    expect(await place.snapshots()).toContain(state.journal.length);
  });

  test('what was written then goes when its days are over, with what is behind it', async () => {
    await record();
    place.now += 2 * DAY_MS;
    await keeper.look();
    const [first] = await readdir(join(place.dir, 'journal'));
    const ahead = new Date(start + 365 * DAY_MS);
    await utimes(join(place.dir, 'journal', first ?? ''), ahead, ahead);
    await record();
    await lookForAnHour();
    await record();
    // The disk's clock says that all else was written at the start.
    place.now = start + 33 * DAY_MS;
    for (let hour = 0; hour < 3; hour++) {
      await lookForAnHour();
      await record();
    }
    await lookForAnHour();
    expect(state.journal.first).toBeGreaterThan(1);
    expect(place.faults).toEqual([]);
  });
});

test('[RET-7] a folder of snapshots that cannot be read ends nothing, and is told', async () => {
  await record();
  await state.writeSnapshot();
  await state.journal.cut();
  await state.journal.dropBefore(state.journal.length);
  await record();
  await rename(join(place.dir, 'snapshots'), join(place.dir, 'aside'));
  await writeFile(join(place.dir, 'snapshots'), '');
  await keeper.look();
  await keeper.look();
  expect(place.faults).toMatchObject([{ code: 'ENOTDIR' }]);
  await keeper.close();
  await rm(join(place.dir, 'snapshots'));
  await rename(join(place.dir, 'aside'), join(place.dir, 'snapshots'));
});

test('[RET-5] doctor says when records are older than the journal may keep them', async () => {
  const retention = async () =>
    (await (await place.operations(state)).doctor({})).checks.filter(({ check }) => check === 'retention');
  await record();
  place.now += 30 * DAY_MS;
  expect(await retention()).toEqual([]);
  place.now += 3 * DAY_MS;
  expect(await retention()).toMatchObject([{ state: 'warning' }]);
});
