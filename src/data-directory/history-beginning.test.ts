import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE, RETENTION, signInOf } from '../app/data-directory.fixture.ts';
import { FleetDesk } from '../fleet-statistics/index.ts';
import { Fetches } from '../intel/index.ts';
import { type DeviceId, INPUTS, iso, MINUTE_MS, type ToolName, type ToolOutcome } from '../model/index.ts';
import { examine } from '../operations/doctor/doctor.ts';
import { viewsOf } from '../operations/index.ts';
import { createPostureReader } from '../posture/index.ts';
import { openHistory } from '../store/index.ts';
import type { FleetState } from './fleet-state.ts';
import { beginningOf } from './history-beginning.ts';

const MERGED_AT = 14;
/** After the merge and its instant. */
const SNAPSHOT_AT = MERGED_AT + 2;
const DROPPED = 9;

let place: DataDirectory;
let state: FleetState;
/** It turned out to be another. */
let gone: DeviceId;
/** When the snapshot was written, and what was answered then. */
let then: { readonly at: string; readonly answers: readonly unknown[] };

beforeEach(async () => {
  place = await DataDirectory.make();
  state = await place.open();
  await live(state, 0, MERGED_AT);
  const [into, from] = devices();
  if (into === undefined || from === undefined) throw new Error('an office of one');
  await state.append({ kind: 'merge', at: state.engine.now, from, into, actor: 'test', reason: null });
  gone = from;
  await state.writeSnapshot();
  then = { at: iso(state.engine.now), answers: await answers() };
  await live(state, MERGED_AT, OFFICE.length);
  await state.journal.dropBefore(DROPPED);
});
afterEach(async () => {
  await state.close();
  await place.remove();
});

function devices(): DeviceId[] {
  return [...state.engine.directory.entities()].filter((id): id is DeviceId => id.startsWith('dev_'));
}

const history = (): string => join(place.dir, 'history.db');

async function reopenAfter(change: () => Promise<void>): Promise<void> {
  const hash = state.stateHash();
  await state.close();
  await change();
  state = await place.open();
  expect(state.stateHash()).toBe(hash);
}

async function ask(tool: ToolName, input: object): Promise<ToolOutcome<ToolName>> {
  const reader = createPostureReader(viewsOf(state), () => place.now);
  return reader.ask(tool, INPUTS[tool].parse(input), 'test');
}

/** What history keeps, of the fleet, of every entity, and of an identity that gave way. */
async function answers(asOf?: string): Promise<unknown[]> {
  const when = asOf === undefined ? {} : { as_of: asOf };
  const given = await Promise.all([
    ask('get_fleet_posture', { ...when, detail: 'full' }),
    ask('search_entities', { ...when, limit: 100 }),
    ask('list_anomalies', { ...when, limit: 100 }),
    ...[...devices(), gone].map((id) =>
      ask('get_device_posture', { ...when, device_id: id, detail: 'full' }),
    ),
  ]);
  return given.map(
    (each) =>
      JSON.parse(
        JSON.stringify(each, (key, value: unknown) => (NOT_KEPT.has(key) ? undefined : value)),
      ) as unknown,
  );
}
const NOT_KEPT = new Set([
  'data_age_ms',
  'last_event',
  'last_seen',
  'truncated',
  'behavioral_baseline',
  'addresses',
  'devices',
  'evidence',
]);

async function expectBegun(): Promise<void> {
  expect(beginningOf(state.past.history)).toEqual({ at: Date.parse(then.at), records: SNAPSHOT_AT });
  expect(await answers(then.at)).toEqual(then.answers);
  const earlier = iso(Date.parse(then.at) - MINUTE_MS);
  expect(await ask('get_fleet_posture', { as_of: earlier })).toMatchObject({
    problem: {
      message: expect.stringMatching(
        `from ${then.at}, the oldest that is kept; history was begun anew there`,
      ),
    },
  });
  const { dir, effects } = place;
  const desk = await FleetDesk.open(null, { dir, state, now: effects.now });
  const fetches = await Fetches.open(dir);
  const around = {
    outputs: [],
    sources: [],
    start: [],
    fetches,
    anchors: [],
    retention: RETENTION,
    now: place.now,
  };
  const beside = { ...around, fleet: await desk.status(null) };
  const { checks } = await examine(state, dir, beside);
  expect(checks.find(({ check }) => check === 'history')).toEqual({
    check: 'history',
    state: 'warning',
    detail: expect.stringContaining(`begun anew after record ${SNAPSHOT_AT - 1}`),
  });
}

describe('[SNAP-12] where the journal does not reach back to the beginning', () => {
  test('a lost history begins anew from the snapshot, and what came since is told', async () => {
    await reopenAfter(() => rm(history()));
    await expectBegun();
    const since = state.past.span;
    expect(since?.until).toBe(state.engine.now);
    const asked = await answers(iso(state.engine.now));
    expect(asked).toEqual(await answers());
  });

  test('it goes on at the next start as any other', async () => {
    await reopenAfter(() => rm(history()));
    place.faults.length = 0;
    await reopenAfter(async () => undefined);
    expect(place.faults).toEqual([]);
    await expectBegun();
  });

  test('a damaged history is kept aside', async () => {
    const damaged = Buffer.from('this is no database, and once it was one '.repeat(200));
    await reopenAfter(() => writeFile(history(), damaged));
    await expectBegun();
    const aside = (await readdir(place.dir)).filter((name) => name.startsWith('history.db.aside-'));
    expect(aside).toHaveLength(1);
    expect(await readFile(join(place.dir, aside[0] ?? ''))).toEqual(damaged);
    expect(String(place.faults[0])).toMatch(/history\.db is damaged; it is kept as history\.db\.aside-/);
  });

  test('one that is behind what the journal holds is kept aside too', async () => {
    const old = await DataDirectory.make();
    await cp(join(place.dir, 'keys'), join(old.dir, 'keys'), { recursive: true });
    const before = await old.open();
    await live(before, 0, 3);
    await before.close();
    await reopenAfter(() => cp(join(old.dir, 'history.db'), history()));
    await old.remove();
    await expectBegun();
    expect((await readdir(place.dir)).some((name) => name.startsWith('history.db.aside-'))).toBe(true);
  });

  test('a beginning that was not ended is begun again', async () => {
    await reopenAfter(async () => {
      await rm(history());
      openHistory(history()).close();
    });
    await expectBegun();
    expect((await readdir(place.dir)).some((name) => name.includes('aside'))).toBe(false);
  });
});

describe('[HIST-21] damage inside the file', () => {
  /** Overwrites the beginning of every page of a table. */
  async function damage(table: string): Promise<void> {
    const file = new DatabaseSync(history());
    file.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    const root = Number(
      file.prepare('SELECT rootpage AS page FROM sqlite_schema WHERE name = ?').get(table)?.['page'],
    );
    const size = Number(file.prepare('PRAGMA page_size').get()?.['page_size']);
    file.close();
    const bytes = await readFile(history());
    bytes.fill(0xee, (root - 1) * size, (root - 1) * size + 200);
    await writeFile(history(), bytes);
  }

  test.each(['moment', 'circumstance', 'published', 'forgotten'])('is met by a start: %s', async (table) => {
    await reopenAfter(() => damage(table));
    expect(String(place.faults[0])).toMatch(/history\.db is damaged; it is kept as/);
    await expectBegun();
  });

  test('is met by what comes in, which goes on; the next start makes up for it', async () => {
    await reopenAfter(() => damage('facts'));
    await signInOf(state, 'somebody@example.com', 60);
    await signInOf(state, 'somebody@example.com', 90);
    expect(state.fault).toBeNull();
    state.past.write();
    expect(state.past.trouble).toBe('damaged');
    await reopenAfter(async () => undefined);
    expect(state.past.trouble).toBeNull();
    expect(state.past.span?.until).toBe(state.engine.now);
    expect((await readdir(place.dir)).some((name) => name.startsWith('history.db.aside-'))).toBe(true);
  });
});

test('[SNAP-12] a damaged history is told again in full where the journal reaches back', async () => {
  const whole = await DataDirectory.make();
  const lived = await whole.open();
  await live(lived, 0, OFFICE.length);
  lived.past.write();
  const { span } = lived.past;
  await lived.close();
  await writeFile(join(whole.dir, 'history.db'), 'no database '.repeat(500));
  const again = await whole.open();
  again.past.write();
  expect(beginningOf(again.past.history)).toBeNull();
  expect(again.past.span).toEqual(span);
  await again.close();
  await whole.remove();
});
