import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live, RETENTION } from '../app/data-directory.fixture.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../model/index.ts';
import { FleetState } from './fleet-state.ts';
import { SnapshotKeeper, type SnapshotPace } from './snapshot-keeper.ts';

let place: DataDirectory;
let state: FleetState;
let keeper: SnapshotKeeper;
let step: number;
let start: number;

beforeEach(async () => {
  place = await DataDirectory.make();
  start = place.now = Date.now();
  step = 0;
  await open();
});
afterEach(async () => {
  await close();
  await place.remove();
});

/** So little comes that no other rule says anything. */
const QUIET: SnapshotPace = {
  whileRunning: { events: 1_000_000, segments: 1_000 },
  whenClosing: { events: 1_000_000, segments: 1_000 },
  leastBetweenMs: 10 * MINUTE_MS,
  lookEveryMs: DAY_MS,
};

/** With segments of the size that everybody has: what comes here never fills one. */
async function open(): Promise<void> {
  state = await FleetState.open(place.dir, place.effects, { progress: () => undefined });
  const options = { dir: place.dir, retention: RETENTION, pace: QUIET, follower: place.followHere };
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

test('[RET-5] doctor says when records are older than the journal may keep them', async () => {
  const retention = async () =>
    (await (await place.operations(state)).doctor({})).checks.filter(({ check }) => check === 'retention');
  await record();
  place.now += 30 * DAY_MS;
  expect(await retention()).toEqual([]);
  place.now += 3 * DAY_MS;
  expect(await retention()).toMatchObject([{ state: 'warning' }]);
});
