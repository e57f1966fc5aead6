import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import {
  clock,
  configured,
  connection,
  engineWith,
  entry,
  eventRecords,
  everyHour,
  fed,
  inventoried,
  LEARNT,
  listing,
  sealed,
  START,
} from '../engine/engine-harness.fixture.ts';
import { DAY_MS, type FaultReporter, HOUR_MS, type JournalRecord } from '../model/index.ts';
import { type Entry, type History, type Mark, openHistory } from '../store/index.ts';
import { HistoryKeeper } from './history-keeper.ts';

const dir = mkdtempSync(join(tmpdir(), 'stance-keeper-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
afterEach(() => {
  vi.useRealTimers();
});
let places = 0;

const C2 = '203.0.113.66';
const records: readonly JournalRecord[] = [
  configured,
  inventoried(START, entry('dev_camera', '10.0.0.1', { kind: 'ip_camera' }), entry('dev_files', '10.0.0.2')),
  fed(START, listing(C2)),
  ...eventRecords(
    sealed([
      ...everyHour(START, START + 30 * HOUR_MS, '10.0.0.1', ['198.51.100.1']),
      connection(START + 31 * HOUR_MS, '10.0.0.2', C2),
    ]),
    10,
  ),
  clock(LEARNT),
];

/** What is asked of the file while records are applied, and between them. */
const READ: ReadonlySet<string | symbol> = new Set(['factsOf', 'span', 'newestPoint', 'forgotten']);
const damage = Object.assign(new Error('database disk image is malformed'), { errcode: 11 });

/** Passes everything on, and remembers it. */
class Overheard {
  readonly written: Entry[] = [];
  refuses = false;
  /** How often all of it was put on the disk. */
  synced = 0;
  failsToSync = false;
  /** How often something was forgotten. */
  pruned = 0;
  /** What is said of whatever is read. */
  unreadable: Error | null = null;

  around(history: History): History {
    const write = (entries: readonly Entry[], mark: Mark): void => {
      if (this.refuses) throw new Error('no space left on the device');
      history.write(entries, mark);
      // Where a start may go back to depends on when it was asked.
      this.written.push(...entries.filter(({ kind }) => kind !== 'point'));
    };
    const sync = (): void => {
      if (this.failsToSync) throw new Error('the disk has failed');
      history.sync();
      this.synced++;
    };
    const prune = (): void => void this.pruned++;
    const refuseToRead = (): void => {
      if (this.unreadable !== null) throw this.unreadable;
    };
    return new Proxy(history, {
      get(target, key) {
        if (key === 'write') return write;
        if (key === 'sync') return sync;
        if (key === 'prune') prune();
        if (READ.has(key)) refuseToRead();
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }
}

function keeping(path: string, overheard: Overheard, now = () => LEARNT) {
  const engine = engineWith();
  const faults = vi.fn<FaultReporter>(() => 'inc');
  const history = overheard.around(openHistory(path));
  const settings = { firstRecord: 0, keptDays: 400, now };
  return { engine, faults, history, keeper: new HistoryKeeper(engine, history, settings, faults) };
}

function live(
  { engine, keeper }: ReturnType<typeof keeping>,
  from: number,
  to: number,
  writeEach: boolean,
): void {
  for (const record of records.slice(from, to)) {
    engine.apply(record);
    keeper.applied(record);
    if (writeEach) keeper.write();
  }
}

const whole = new Overheard();
const once = keeping(join(dir, 'whole.db'), whole);
live(once, 0, records.length, false);
once.keeper.close();

test('[HIST-11] what a replay tells again is kept once, wherever it stopped', () => {
  vi.useFakeTimers();
  for (let stop = 1; stop < records.length; stop += 2) {
    const path = join(dir, `${++places}.db`);
    const overheard = new Overheard();
    const first = keeping(path, overheard);
    live(first, 0, stop, stop % 4 === 1);
    // A crash: what waits is lost, what is written stays.
    first.history.close();
    const again = keeping(path, overheard);
    live(again, 0, records.length, false);
    again.keeper.close();
    expect(overheard.written).toEqual(whole.written);
  }
});

test('[HIST-12] a disk that refuses stops neither the engine nor what follows once it takes again', () => {
  const overheard = new Overheard();
  const state = keeping(join(dir, 'refused.db'), overheard);
  live(state, 0, 3, true);
  overheard.refuses = true;
  live(state, 3, records.length - 1, true);
  expect(state.keeper.trouble).toBe('waiting');
  expect(state.faults).toHaveBeenCalledTimes(1);
  overheard.refuses = false;
  live(state, records.length - 1, records.length, true);
  expect(state.keeper.trouble).toBeNull();
  expect(overheard.written).toEqual(whole.written);
  state.keeper.close();
});

test('[HIST-19] a snapshot is told of no record whose changes a loss of power could take back', () => {
  const overheard = new Overheard();
  const state = keeping(join(dir, 'synced.db'), overheard);
  live(state, 0, 4, true);
  expect(overheard.synced).toBe(0);
  expect(state.keeper.settle()).toBe(4);
  expect(state.keeper.settle()).toBe(4);
  expect(overheard.synced).toBe(1);
  overheard.failsToSync = true;
  live(state, 4, 6, true);
  expect(state.keeper.settle()).toBe(4);
  expect(state.keeper.trouble).toBe('waiting');
  overheard.failsToSync = false;
  expect(state.keeper.settle()).toBe(6);
  expect(state.keeper.trouble).toBeNull();
  state.keeper.close();
});

test('[HIST-12] nothing is asked of a file that is closed: by a keeper in trouble, or given up with its opening', () => {
  vi.useFakeTimers();
  const refused = keeping(join(dir, 'closed.db'), new Overheard());
  live(refused, 0, records.length, false);
  refused.history.close();
  vi.advanceTimersByTime(1_000);
  expect(refused.keeper.trouble).toBe('waiting');
  const left = keeping(join(dir, 'left.db'), new Overheard());
  live(left, 0, 3, false);
  left.keeper.giveUp();
  left.history.close();
  vi.advanceTimersByTime(1_000);
  expect(left.faults).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(1);
});

test('[HIST-12] what waits for a disk is bounded; then history stands still and says so', () => {
  const overheard = new Overheard();
  const state = keeping(join(dir, 'stopped.db'), overheard);
  live(state, 0, 3, true);
  overheard.refuses = true;
  for (let i = 0; state.keeper.trouble !== 'stopped'; i++) {
    expect(i).toBeLessThan(60_000);
    state.keeper.atRiskChanged({ entity: 'dev_camera', at: START, isAtRisk: i % 2 === 0 });
  }
  expect(state.faults).toHaveBeenCalledTimes(2);
  const { mark } = state.history;
  overheard.refuses = false;
  live(state, 3, records.length, true);
  expect(state.history.mark).toEqual(mark);
  state.keeper.close();
});

test('[BACKUP-12] a copy is of the record at which it was asked for, however much is told meanwhile', async () => {
  vi.useFakeTimers();
  const state = keeping(join(dir, 'copied.db'), new Overheard());
  const tell = (changes: number): void => {
    for (let i = 0; i < changes; i++)
      state.keeper.atRiskChanged({ entity: 'dev_camera', at: LEARNT, isAtRisk: i % 2 === 0 });
  };
  live(state, 0, 4, true);
  // More than is copied in one step.
  tell(100_000);
  live(state, 4, 5, true);
  const { mark } = state.history;
  const path = join(dir, 'copy.db');
  const copying = state.keeper.copyTo(path);
  live(state, 5, records.length, false);
  // More than what may wait.
  tell(60_000);
  await copying;
  const copy = openHistory(path);
  expect(copy.mark).toEqual(mark);
  copy.close();
  state.keeper.close();
});

test('[HIST-21] a file that turns out to be damaged stops history alone, and is told once', () => {
  vi.useFakeTimers();
  const overheard = new Overheard();
  const state = keeping(join(dir, 'damaged.db'), overheard);
  live(state, 0, 4, true);
  overheard.unreadable = damage;
  live(state, 4, records.length, false);
  vi.advanceTimersByTime(1_000);
  expect(state.keeper.settle()).toBeLessThanOrEqual(4);
  expect(state.keeper.trouble).toBe('damaged');
  expect(state.keeper.damage).toBe(damage);
  expect(state.keeper.isBehind).toBe(true);
  expect(state.faults).toHaveBeenCalledTimes(1);
  state.keeper.close();
});

test('[HIST-21] a file that cannot be read for a while is written once more of what nobody knows', () => {
  vi.useFakeTimers();
  const overheard = new Overheard();
  const state = keeping(join(dir, 'unread.db'), overheard);
  live(state, 0, 4, true);
  overheard.unreadable = new Error('disk I/O error');
  live(state, 4, records.length, false);
  vi.advanceTimersByTime(1_000);
  expect(state.keeper.settle()).toBeLessThanOrEqual(records.length);
  overheard.unreadable = null;
  expect(state.keeper.settle()).toBe(records.length);
  expect(state.keeper.trouble).toBeNull();
  expect(state.engine.time.now).toBe(once.engine.time.now);
  state.keeper.close();
});

test('[LIVE-2] nothing is forgotten because of data alone that say that years have passed', () => {
  vi.useFakeTimers();
  const later = LEARNT + 3 * 365 * DAY_MS;
  let now = LEARNT;
  const state = keeping(join(dir, 'leapt.db'), new Overheard(), () => now);
  live(state, 0, records.length, false);
  vi.advanceTimersByTime(1_000);
  const from = state.keeper.span?.from ?? 0;
  const passTo = (at: number): void => {
    state.engine.apply(clock(at));
    state.keeper.applied(clock(at));
    vi.advanceTimersByTime(1_000);
  };
  passTo(later);
  expect(state.keeper.span?.from).toBe(from);
  now = later;
  passTo(later + HOUR_MS);
  expect(state.keeper.span?.from).toBeGreaterThan(from);
  state.keeper.close();
});

test('[HIST-22] what is too old goes before a short process ends, and the next one knows that it went', async () => {
  const path = join(dir, 'short.db');
  const machines = Array.from({ length: 120 }, (_, nth) => entry(`dev_${nth}`, `10.0.1.${nth + 1}`));
  const later = LEARNT + 500 * DAY_MS;
  const many = [configured, inventoried(START, ...machines), ...records.slice(1), clock(later)];
  const overheard = new Overheard();
  const horizon = later - 401 * DAY_MS;
  const lifeOf = (): ReturnType<typeof keeping> => {
    const state = keeping(path, overheard, () => later);
    for (const record of many) {
      state.engine.apply(record);
      state.keeper.applied(record);
    }
    return state;
  };
  const first = lifeOf();
  expect(first.history.isPruned(horizon)).toBe(false);
  await first.keeper.forgetOld();
  expect(first.history.isPruned(horizon)).toBe(true);
  expect(overheard.pruned).toBeGreaterThan(2);
  first.keeper.close();
  overheard.pruned = 0;
  const second = lifeOf();
  await second.keeper.forgetOld();
  expect(overheard.pruned).toBe(0);
  second.keeper.close();
});
