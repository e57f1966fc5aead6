import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { DAY_MS, type EpochMs, HOUR_MS, RISK_LEVELS, rank } from '../model/index.ts';
import { FleetAggregate } from '../scoring/index.ts';
import { ENTITIES, factsOf, instants, live, posture, START, steps, type World } from './any-life.fixture.ts';
import type { HourOfFleet } from './circumstances.ts';
import type { Entry, History } from './history.ts';
import { openHistory } from './open.ts';
import type { Past } from './past.ts';

/** What every keeper of history must do. */
const keepers: Readonly<Record<string, (place: string) => History>> = {
  SQLite: (place) => openHistory(place),
};

const dir = mkdtempSync(join(tmpdir(), 'stance-history-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let places = 0;
const newPlace = (): string => join(dir, `${++places}.db`);

function expectSame(past: Past, world: World): void {
  expect([...past.entities()].map(({ id }) => id).sort()).toEqual([...world.postures.keys()].sort());
  for (const id of ENTITIES) {
    const known = world.postures.get(id);
    const entity = past.entity(id);
    expect(entity?.id).toBe(known === undefined ? undefined : id);
    if (known === undefined) continue;
    const { shares, dimensions: _, ...summary } = known.summary;
    expect(entity?.picture).toMatchObject(summary);
    expect(entity?.picture.factors.map(({ name, milliPoints }) => ({ name, milliPoints }))).toEqual(shares);
    expect(new Map(entity?.factors().map(({ name, ...rest }) => [name, rest]))).toEqual(known.factors);
    expect(entity?.facts()?.name ?? null).toBe(world.names.get(id) ?? null);
    const open = [...world.anomalies.values()].filter((each) => each.entity === id && each.status === 'open');
    expect(past.openAnomalies(entity?.entity ?? 0)).toEqual(open);
  }
  expectSameFleet(past, world);
}

function expectSameFleet({ fleet }: Past, world: World): void {
  const summaries = [...world.postures.values()].map(({ summary }) => summary);
  const enrolled = summaries.filter(({ isEnrolled }) => isEnrolled);
  const basis = enrolled.length > 0 ? enrolled : summaries;
  const sums = new FleetAggregate();
  for (const { riskLevel, shares, ...each } of basis)
    sums.add({ ...each, level: riskLevel, factors: shares });
  expect(fleet.value).toEqual(sums.read());
  const open = [...world.anomalies.values()].filter(({ status }) => status === 'open');
  expect(fleet.openAnomalies).toBe(open.length);
  expect(fleet.incidents).toBe(new Set(open.flatMap(({ incidentId }) => incidentId ?? [])).size);
  const listed = [...fleet.devicesAtRisk].map(({ level, scoreExact }) => ({ level, scoreExact }));
  const expected = [...world.atRisk].flatMap((id) => {
    const summary = world.postures.get(id)?.summary;
    if (summary === undefined) return [];
    return [{ level: rank(RISK_LEVELS, summary.riskLevel), scoreExact: summary.scoreExact }];
  });
  expect(listed).toHaveLength(expected.length);
  expect(listed).toEqual(expect.arrayContaining(expected));
}

function withoutThem(world: World, gone: readonly string[]): World {
  const others = <K extends string, V>(all: ReadonlyMap<K, V>) =>
    new Map([...all].filter(([id]) => !gone.includes(id)));
  const anomalies = new Map([...world.anomalies].filter(([, { entity }]) => !gone.includes(entity)));
  const atRisk = new Set([...world.atRisk].filter((id) => !gone.includes(id)));
  return { ...world, postures: others(world.postures), names: others(world.names), anomalies, atRisk };
}

/** Written in batches, as an app does. */
function write(history: History, entries: readonly Entry[], size: number): void {
  for (let from = 0; from < entries.length; from += size) {
    history.write(entries.slice(from, from + size), { records: from, changes: size });
  }
}

describe.each(Object.entries(keepers))('history in %s', (_, open) => {
  test('[HIST-2] gives every instant back as it was, also after a restart, whatever the batches', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), (life, size) => {
        const place = newPlace();
        const { entries, worlds } = live(life);
        const first = open(place);
        write(first, entries, size);
        for (const world of instants(worlds)) expectSame(first.asOf(world.at), world);
        first.close();
        const again = open(place);
        for (const world of instants(worlds)) expectSame(again.asOf(world.at), world);
        expect(again.mark).toEqual({
          records: Math.floor((entries.length - 1) / size) * size,
          changes: size,
        });
        again.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[PRESS-17] moves the fleet on to an instant in slices, to what it is at once', async () => {
    const history = open(newPlace());
    const { entries, worlds } = live(Array.from({ length: 350 }, (_each, index) => posture(index % 2)));
    write(history, entries, 50);
    for (const world of instants(worlds).slice(-3)) {
      const past = history.asOf(world.at);
      let turns = 0;
      await past.stand(async () => void turns++);
      expect(turns).toBeGreaterThan(2);
      expectSameFleet(past, world);
      expect(past.fleet.written()).toBe(history.asOf(world.at).fleet.written());
    }
    history.close();
  });

  test('[HIST-3] keeps a batch with its mark, or neither', () => {
    const history = open(newPlace());
    const { entries } = live([posture(0), posture(1)]);
    history.write(entries.slice(0, 1), { records: 1, changes: 0 });
    const broken = { kind: 'posture', change: null } as unknown as Entry;
    expect(() => history.write([...entries.slice(1), broken], { records: 2, changes: 0 })).toThrow(TypeError);
    expect(history.mark).toEqual({ records: 1, changes: 0 });
    expect(history.asOf(START).entity('dev_a')?.picture.confidence).toBe(0);
    history.write(entries.slice(1), { records: 2, changes: 0 });
    expect(history.asOf(START).entity('dev_a')?.picture.confidence).toBe(100);
    history.close();
  });

  test('[HIST-4] forgets what is older than the horizon, in steps, and nothing that is asked about since', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.integer({ min: 1, max: 5 }), (life, pick, size) => {
        const history = open(newPlace());
        const { entries, worlds } = live(life);
        write(history, entries, 50);
        const kept = instants(worlds);
        const from = pick % kept.length;
        const horizon = kept[from]?.at ?? START;
        while (history.prune(horizon, size));
        expect(history.span?.from).toBe(horizon);
        for (const world of kept.slice(from)) {
          const still = [...world.anomalies].filter(
            ([id, { status }]) => status === 'open' || kept[from]?.anomalies.get(id)?.status === 'open',
          );
          expectSame(history.asOf(world.at), world);
          const ids = [...history.asOf(world.at).anomalies()].map(({ id }) => id);
          expect(ids).toEqual(expect.arrayContaining(still.map(([id]) => id)));
        }
        for (const world of kept.slice(0, from)) expect(() => history.asOf(world.at)).toThrow(RangeError);
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[HIST-4] keeps of the day before the horizon what trends of the day after it compare with', () => {
    const history = open(newPlace());
    const hours = Array.from({ length: 60 }, (_each, index) => START + index * HOUR_MS);
    const entries = hours.flatMap((at): Entry[] => {
      const value: HourOfFleet = { at, scoreExact: at - START, grave: 0, contributions: [] };
      return [
        { kind: 'circumstance', key: 'hour', at, value },
        { kind: 'circumstance', key: 'violations', at, value: at - START },
      ];
    });
    write(history, entries, 50);
    const horizon = START + 40 * HOUR_MS;
    while (history.prune(horizon, 5));
    for (const at of hours.filter((each) => each >= horizon)) {
      const past = history.asOf(at);
      expect(past.hour(at - DAY_MS)?.at).toBe(at - DAY_MS);
      expect(past.circumstance('violations')).toBe(at - START);
    }
    expect(history.asOf(horizon).hour(horizon - DAY_MS - 1)).toBeNull();
    history.close();
  });

  test('[PRIV-ERASE-1] takes entities out of every instant as if they had never been, in short steps', () => {
    const some = fc.uniqueArray(fc.constantFrom(...ENTITIES), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(steps, some, fc.nat(), (life, gone, pick) => {
        const history = open(newPlace());
        const { entries, worlds } = live(life);
        const last = entries.length >> 1;
        write(history, entries.slice(0, last), 50);
        const kept = instants(worlds);
        const from = kept[pick % kept.length]?.at ?? START;
        // The fleet is written down there.
        while (history.prune(from, 5));
        const taken = [...history.writeErasing(entries.slice(last), { records: 7, changes: 0 }, gone)];
        expect(taken.length).toBeGreaterThan(3);
        expect(history.mark).toEqual({ records: 7, changes: 0 });
        for (const world of kept.filter(({ at }) => at >= from))
          expectSame(history.asOf(world.at), withoutThem(world, gone));
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[PRIV-ERASE-1] all of it is as it was where taking out is not finished', () => {
    const place = newPlace();
    const history = open(place);
    const { entries, worlds } = live([posture(0), { ...posture(1), id: 'dev_b', gap: HOUR_MS }]);
    history.write(entries.slice(0, 1), { records: 1, changes: 0 });
    history.prune(START, 5);
    const half = history.writeErasing(entries.slice(1), { records: 2, changes: 0 }, ['dev_a']);
    half.next();
    half.next();
    expect(history.mark).toEqual({ records: 1, changes: 0 });
    half.return();
    expect(history.mark).toEqual({ records: 1, changes: 0 });
    history.write(entries.slice(1), { records: 2, changes: 0 });
    for (const world of instants(worlds)) expectSame(history.asOf(world.at), world);
    history.close();
  });

  test('[HIST-20] takes back what was told from a record on, and goes on as if it had not been told', () => {
    fc.assert(
      fc.property(steps, steps, steps, fc.integer({ min: 1, max: 50 }), (first, wrong, right, size) => {
        const history = open(newPlace());
        const before = live(first);
        write(history, before.entries, size);
        const at = before.worlds.at(-1)?.at ?? START;
        history.write([{ kind: 'point', record: 700 }], { records: 700, changes: 0 });
        write(history, live([...first, ...wrong]).entries.slice(before.entries.length), size);
        history.write([], { records: 720, changes: 3 });
        expect([699, 700, 719, 721].map((record) => history.pointBefore(record))).toEqual([0, 700, 700, 721]);
        expect(() => history.takeBack(719)).toThrow('cannot go back to record 719');
        history.takeBack(700);
        expect(history.mark).toEqual({ records: 700, changes: 0 });
        expect(history.span?.until).toBe(at);
        for (const world of instants(before.worlds)) expectSame(history.asOf(world.at), world);
        expect(history.newestPoint).toBe(700);
        const after = live([...first, ...right]);
        write(history, after.entries.slice(before.entries.length), size);
        for (const world of instants(after.worlds)) expectSame(history.asOf(world.at), world);
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[HIST-20] takes back what was told of a record by half, with the facts that came with it', () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const history = open(newPlace());
        const before = live(first);
        history.write(before.entries, { records: 7, changes: 0 });
        const moved = second.filter(({ what }) => what === 'posture' || what === 'anomaly');
        const all = live([...first, ...moved]);
        const half = all.entries.slice(before.entries.length);
        const [opening] = half;
        const facts: Entry[] =
          opening?.kind === 'posture'
            ? [{ kind: 'facts', at: opening.change.at, facts: factsOf(opening.change.entity, 'new name') }]
            : [];
        history.write([...facts, ...half], { records: 7, changes: half.length });
        history.takeBack(7);
        expect(history.mark).toEqual({ records: 7, changes: 0 });
        for (const world of instants(before.worlds)) expectSame(history.asOf(world.at), world);
        history.write(half, { records: 8, changes: 0 });
        for (const world of instants(all.worlds)) expectSame(history.asOf(world.at), world);
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  test('[HIST-20] takes nothing back of which it has forgotten what was before', () => {
    const history = open(newPlace());
    const { entries } = live([posture(1), { ...posture(2), gap: HOUR_MS }, { ...posture(3), gap: HOUR_MS }]);
    const began: Entry = { kind: 'point', record: 1 };
    history.write([...entries.slice(0, 1), began, ...entries.slice(1)], { records: 9, changes: 0 });
    expect(history.pointBefore(1)).toBe(1);
    while (history.prune(START + HOUR_MS, 5));
    expect(history.pointBefore(1)).toBeNull();
    history.close();
  });

  test('[HIST-5] a clock that goes back takes what it had told of later instants with it', () => {
    const history = open(newPlace());
    const early = live([posture(3)]).entries;
    const later = live([{ ...posture(1), gap: HOUR_MS }]).entries;
    write(history, [...later, ...early], 10);
    expect(history.asOf(START).entity('dev_a')?.picture.confidence).toBe(300);
    expect(history.span).toEqual({ from: START, until: START });
    history.close();
  });

  test('what is told before there is any time is no instant that can be asked about', () => {
    const history = open(newPlace());
    const untimed: Entry = { kind: 'circumstance', key: 'violations', at: 0, value: 0 };
    history.write([untimed], { records: 1, changes: 0 });
    expect(history.span).toBeNull();
    expect(() => history.asOf(0)).toThrow(RangeError);
    history.write(live([posture(1)]).entries, { records: 2, changes: 0 });
    expect(history.span?.from).toBe(START);
    expect(history.asOf(START).circumstance('violations')).toBe(0);
    history.close();
  });

  test('[HIST-6] an identity answers under the ids that it had then', () => {
    const history = open(newPlace());
    const alone = live([posture(1), { ...posture(2), id: 'dev_b' }]).entries;
    const gone = live([{ ...posture(1), what: 'gone', gap: HOUR_MS }]).entries;
    const facts: Entry = {
      kind: 'facts',
      at: START + HOUR_MS,
      facts: { ...factsOf('dev_b', 'files'), alias: 'wkl_files' },
    };
    history.write(alone, { records: 1, changes: 0 });
    history.write(
      gone.map((each) => (each.kind === 'posture' ? { ...each, into: 'dev_b' } : each)),
      { records: 2, changes: 0 },
    );
    history.write([facts], { records: 3, changes: 0 });
    expect(history.asOf(START).entity('dev_a')?.id).toBe('dev_a');
    expect(history.asOf(START).entity('wkl_files')).toBeNull();
    expect(history.asOf(START + HOUR_MS).entity('dev_a')?.id).toBe('dev_b');
    expect(history.asOf(START + HOUR_MS).entity('wkl_files')?.id).toBe('dev_b');
    history.close();
  });

  test('[STRANGERS-8] what an older release left open of a forgotten one is over, also where it wrote the fleet down', () => {
    const place = newPlace();
    const history = open(place);
    const step = (what: 'anomaly' | 'gone' | 'posture', said = 7) => ({ ...posture(said), what });
    const many = Array.from({ length: 1_100 }, (__, i) => ({
      ...step('posture', i % 5),
      id: 'dev_b' as const,
    }));
    const life = [step('posture'), step('anomaly'), { ...step('gone'), gap: HOUR_MS }];
    const { entries } = live([...life, { ...posture(1), id: 'dev_b', gap: HOUR_MS }, ...many]);
    const told = entries.filter((each) => each.kind !== 'anomaly' || each.change.anomaly.status === 'open');
    write(history, told, 500);
    history.close();
    const db = new DatabaseSync(place);
    db.exec(`UPDATE fleet SET body = json_remove(body, '$.endsWithForgotten')`);
    db.close();
    const again = open(place);
    const openAt = (at: number) => {
      const past = again.asOf(at);
      const listed = [...past.allOpenAnomalies()].map(({ entity }) => entity);
      return { listed, all: [...past.anomalies()].length, ...counted(past) };
    };
    const counted = ({ fleet: { openAnomalies, incidents } }: Past) => ({ openAnomalies, incidents });
    expect(openAt(START)).toEqual({ listed: ['dev_a'], all: 1, openAnomalies: 1, incidents: 1 });
    for (const hours of [1, 2])
      expect(openAt(START + hours * HOUR_MS)).toEqual({ listed: [], all: 0, openAnomalies: 0, incidents: 0 });
    again.close();
  });

  test('[HIST-13] tells of every change what it moved and by what it came', () => {
    fc.assert(
      fc.property(steps, (life) => {
        const history = open(newPlace());
        const { entries, worlds } = live(life);
        write(history, entries, 50);
        const until = worlds.at(-1)?.at ?? START;
        for (const id of ENTITIES) {
          const told = entries.flatMap((entry) =>
            entry.kind === 'posture' && entry.change.entity === id ? [entry.change] : [],
          );
          expect(history.changes(id, START - 1, until)).toEqual(
            told.map(({ at, cause, factors }) => ({ at, cause, factors: factors.map(({ name }) => name) })),
          );
          const later = told.filter(({ at }) => at > START);
          expect(history.changes(id, START, until)).toHaveLength(later.length);
        }
        history.close();
      }),
      { numRuns: 40 },
    );
  });

  test('circumstances are those that held then', () => {
    const history = open(newPlace());
    const said = (at: EpochMs, value: number): Entry => ({
      kind: 'circumstance',
      at,
      key: 'violations',
      value,
    });
    write(history, [said(START, 1), said(START + HOUR_MS, 2)], 1);
    expect(history.asOf(START + HOUR_MS - 1).circumstance('violations')).toBe(1);
    expect(history.asOf(START + HOUR_MS).circumstance('violations')).toBe(2);
    expect(history.circumstance('violations')).toBe(2);
    expect(history.circumstance('policies')).toBeNull();
    history.close();
  });
});
