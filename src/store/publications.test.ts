import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  type Anomaly,
  BEFORE_ALL,
  type IncidentId,
  isBefore,
  type Origin,
  type RiskLevel,
  type SiteId,
} from '../model/index.ts';
import { live, START, type Step, steps } from './any-life.fixture.ts';
import type { Entry } from './history.ts';
import { openHistory } from './open.ts';

const dir = mkdtempSync(join(tmpdir(), 'stance-publications-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let places = 0;
const newPlace = (): string => join(dir, `${++places}.db`);

/** Of more records than there are. */
const KEPT = { records: 1_000, changes: 0 };

/** As they are told: some changes a record. */
function withOrigins(entries: readonly Entry[]): Entry[] {
  return entries.map((entry, index) => {
    const origin: Origin = { record: Math.floor(index / 3), ordinal: (index % 3) + 1 };
    return entry.kind === 'anomaly' || entry.kind === 'posture' ? { ...entry, origin } : entry;
  });
}

interface Told {
  readonly kind: 'anomaly' | 'risk';
  readonly origin: Origin;
  readonly at: number;
}

/** What should leave the house, by somebody who remembers everything: of each record what it left behind. */
function expected(entries: readonly Entry[]): Told[] {
  const anomalies = new Map<string, Anomaly>();
  const levels = new Map<string, RiskLevel | null>();
  const incidents = new Map<string, readonly Anomaly[]>();
  const of = (id: string) => [...anomalies.values()].filter(({ incidentId }) => incidentId === id);
  const records = Map.groupBy(entries, (entry) => ('origin' in entry ? entry.origin?.record : undefined));
  return [...records.values()].flatMap((record): Told[] => {
    const [anomaliesBefore, levelsBefore] = [new Map(anomalies), new Map(levels)];
    const moves = record.flatMap((entry, index): Told[] => {
      if (entry.kind === 'anomaly' && entry.origin !== undefined) {
        const { anomaly, at } = entry.change;
        anomalies.set(anomaly.id, anomaly);
        const isLast = !record
          .slice(index + 1)
          .some((e) => e.kind === 'anomaly' && e.change.anomaly.id === anomaly.id);
        if (!isLast) return [];
        const before = anomaliesBefore.get(anomaly.id) ?? null;
        const ids = new Set([before, anomaly].flatMap((each) => each?.incidentId ?? []));
        const changes = [...ids].map((id) => {
          const change = { id, before: incidents.get(id) ?? [], after: of(id) };
          if (id === anomaly.incidentId) incidents.set(id, change.after);
          return change;
        });
        const { origin } = entry;
        return [{ kind: 'anomaly', origin, at, before, anomaly, incidents: changes } as Told];
      }
      if (entry.kind !== 'posture' || entry.origin === undefined) return [];
      const { entity, before, after, at } = entry.change;
      levels.set(entity, after?.riskLevel ?? null);
      if ((before?.riskLevel ?? 'low') === (after?.riskLevel ?? 'low')) return [];
      const { origin } = entry;
      return [{ kind: 'risk', origin, at, entity, level: after?.riskLevel ?? 'low' } as Told];
    });
    // Of an entity whose level moved more than once the last move, and none where it came back.
    return moves.flatMap((each, index): Told[] => {
      if (!('entity' in each)) return [each];
      const entity = String(each.entity);
      if (moves.slice(index + 1).some((other) => 'entity' in other && other.entity === entity)) return [];
      const before = levelsBefore.get(entity) ?? 'low';
      if ('level' in each && before === each.level) return [];
      return [{ ...each, before } as Told];
    });
  });
}

/** Of a risk only what the one who remembers knows. */
function told(history: ReturnType<typeof openHistory>, page: number, after = BEFORE_ALL): Told[] {
  const all: Told[] = [];
  for (let last = after; ; ) {
    const found = history.published(last, page);
    const newest = found.at(-1);
    if (newest === undefined) return all;
    last = newest.origin;
    for (const each of found) {
      if (each.kind === 'anomaly') all.push(each);
      else {
        const { kind, origin, at, entity, before } = each;
        all.push({
          kind,
          origin,
          at,
          entity,
          before: before?.level ?? 'low',
          level: each.after?.level ?? 'low',
        } as Told);
      }
    }
  }
}

test('[FINDINGS-11] what left the house comes back in order, with what was before it, page by page, after a restart', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 20 }), (life, page) => {
      const place = newPlace();
      const entries = withOrigins(live(life).entries);
      const first = openHistory(place);
      for (const entry of entries) first.write([entry], KEPT);
      const all = expected(entries);
      expect(told(first, page)).toEqual(all);
      first.close();
      const again = openHistory(place);
      expect(told(again, page)).toEqual(all);
      expect(again.publishedCount(BEFORE_ALL, 1_000).count).toBeGreaterThanOrEqual(all.length);
      const origins = all.map(({ origin }) => origin);
      expect(isBefore(again.newestPublished ?? BEFORE_ALL, origins.at(-1) ?? BEFORE_ALL)).toBe(false);
      for (const [index, origin] of origins.entries()) {
        expect(told(again, page, origin)).toEqual(all.slice(index + 1));
      }
      again.close();
    }),
    { numRuns: 40 },
  );
});

test('[FINDINGS-11] [FINDINGS-21] what is forgotten, however little at once, is counted for who did not get it and passed over, what came after it comes in order; a place in time finds its first', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 3, 1_000), (life, changes) => {
      const entries = withOrigins(live(life).entries);
      const place = newPlace();
      let history = openHistory(place);
      history.write(entries, KEPT);
      const all = expected(entries);
      const middle = all[all.length >> 1]?.at ?? START;
      const since = history.publishedSince(middle);
      const sinceThen = all.filter(({ at }) => at >= middle);
      expect(told(history, 7, since ?? history.newestPublished ?? BEFORE_ALL)).toEqual(sinceThen);
      const readers = [BEFORE_ALL, ...all.map(({ origin }) => origin)].map((cursor, index) => ({
        name: `reader-${index}`,
        cursor,
      }));
      const waiting = () => readers.map(({ cursor }) => history.publishedCount(cursor, 1_000).count);
      const before = waiting();
      // A process may end after any step.
      history.prune(middle, 2, readers, changes);
      history.close();
      history = openHistory(place);
      while (history.prune(middle, 2, readers, changes));
      const after = waiting();
      expect(readers.map(({ name }) => history.forgotten(name)?.changes ?? 0)).toEqual(
        before.map((count, index) => count - (after[index] ?? 0)),
      );
      expect(history.forgotten(null)?.changes).toBe(history.forgotten('reader-0')?.changes);
      const atOnce = openHistory(newPlace());
      atOnce.write(entries, KEPT);
      while (atOnce.prune(middle, 1_000, readers));
      for (const { name } of readers) expect(history.forgotten(name)).toEqual(atOnce.forgotten(name));
      expect(told(history, 7)).toEqual(told(atOnce, 7));
      atOnce.close();
      history.readAnew('reader-0');
      expect(history.forgotten('reader-0')).toBeNull();
      const kept = told(history, 7);
      const left = all.filter(({ at }) => at > middle).map(({ origin }) => origin);
      expect(kept.map(({ origin }) => origin)).toEqual(expect.arrayContaining(left));
      expect(
        kept.every(
          (each, index) => index === 0 || isBefore(kept[index - 1]?.origin ?? BEFORE_ALL, each.origin),
        ),
      ).toBe(true);
      history.close();
    }),
    {
      numRuns: 40,
      // A record on both sides of the cut: what it found before was forgotten with the beginning of it.
      examples: [
        [
          [
            quiet({ id: 'dev_b', level: 'high' }),
            quiet({ id: 'dev_a', what: 'closed' }),
            quiet({ id: 'dev_b', level: 'critical' }),
            quiet({ id: 'dev_b', gap: 1 }),
            quiet({ id: 'dev_a' }),
          ],
          1,
        ],
      ],
    },
  );
});

/** A step that says next to nothing. */
function quiet(step: Partial<Step>): Step {
  return {
    gap: 0,
    id: 'dev_a',
    what: 'posture',
    factors: [],
    level: 'low',
    weight: 0,
    isEnrolled: false,
    said: 0,
    ...step,
  };
}

test('[FINDINGS-11] a record that is not kept whole yet is not told', () => {
  const history = openHistory(newPlace());
  const { entries } = live([
    {
      gap: 0,
      id: 'dev_a',
      what: 'anomaly',
      factors: [],
      level: 'high',
      weight: 1,
      isEnrolled: true,
      said: 7,
    },
  ]);
  history.write(withOrigins(entries), { records: 0, changes: 1 });
  expect(history.published(BEFORE_ALL, 10)).toEqual([]);
  history.write([], { records: 1, changes: 0 });
  expect(history.published(BEFORE_ALL, 10)).toHaveLength(1);
  history.close();
});

test('[FINDINGS-15] a change of risk is told as of its newest evidence, which may lie ahead of the data, and found by it', () => {
  const history = openHistory(newPlace());
  const { entries } = live([
    {
      gap: 0,
      id: 'dev_a',
      what: 'posture',
      factors: [{ name: 'port_scan', p: 0.5 }],
      level: 'high',
      weight: 1,
      isEnrolled: true,
      said: 7,
    },
  ]);
  const ahead = START + 5_000;
  const seen = withOrigins(entries).map((entry): Entry => {
    if (entry.kind !== 'posture') return entry;
    const factors = entry.change.factors.map((move) => ({
      ...move,
      evidence: move.evidence.map((each) => ({ ...each, at: ahead })),
    }));
    return { ...entry, change: { ...entry.change, factors } };
  });
  history.write(seen, KEPT);
  expect(history.published(BEFORE_ALL, 10)).toMatchObject([{ kind: 'risk', at: ahead }]);
  expect(history.publishedSince(ahead)).not.toBeNull();
  expect(history.publishedSince(ahead + 1)).toBeNull();
  history.close();
});

test('[FINDINGS-11] a file of format 1 is brought to this form: what it has stays, what comes leaves the house', () => {
  const place = newPlace();
  const old = openHistory(place);
  const entries = live([
    {
      gap: 0,
      id: 'dev_a',
      what: 'anomaly',
      factors: [],
      level: 'high',
      weight: 1,
      isEnrolled: true,
      said: 7,
    },
    {
      gap: 60_000,
      id: 'dev_a',
      what: 'closed',
      factors: [],
      level: 'high',
      weight: 1,
      isEnrolled: true,
      said: 8,
    },
  ]).entries;
  old.write(entries.slice(0, 1), { records: 1, changes: 0 });
  old.close();
  const db = new DatabaseSync(place);
  db.exec('DROP TABLE published; DROP TABLE owner; PRAGMA user_version = 1;');
  db.close();
  const again = openHistory(place);
  expect(again.published(BEFORE_ALL, 10)).toEqual([]);
  again.write(withOrigins(entries.slice(1)), { records: 2, changes: 0 });
  expect(again.published(BEFORE_ALL, 10)).toMatchObject([
    { kind: 'anomaly', before: { status: 'open' }, anomaly: { status: 'closed' } },
  ]);
  again.close();
});

test('[FINDINGS-17] an incident of more anomalies than are listed comes back with all of them, whoever reads from where', () => {
  const place = newPlace();
  const history = openHistory(place);
  const size = 130;
  const entryOf = (record: number, anomaly: Anomaly): Entry => ({
    kind: 'anomaly',
    origin: { record, ordinal: 1 },
    change: { at: START + record, cause: { kind: 'events', actor: null }, anomaly },
  });
  const entries = Array.from({ length: size }, (_, i) => entryOf(i + 1, memberOf(i, 'inc_a')));
  // One closes, one goes to another incident, and as many entries as are not followed row by row come between.
  const closed = { ...memberOf(3, 'inc_a'), status: 'closed' as const };
  entries.push(entryOf(size + 1, closed), entryOf(size + 2, memberOf(4, 'inc_b')));
  for (let i = 0; i < 600; i++) entries.push(entryOf(size + 3 + i, memberOf(1_000, 'inc_c')));
  entries.push(entryOf(size + 700, memberOf(5, 'inc_a')));
  history.write(entries, { records: 10_000, changes: 0 });
  const all = expected(entries);
  expect(told(history, 7)).toEqual(all);
  expect(told(history, 7, { record: size, ordinal: 0 })).toEqual(all.slice(size - 1));
  const last = all.at(-1) as unknown as { incidents: { id: string; after: readonly Anomaly[] }[] };
  expect(last.incidents.map(({ id, after }) => [id, after.length])).toEqual([['inc_a', size - 1]]);
  history.close();
});

function memberOf(nth: number, incidentId: IncidentId): Anomaly {
  const at = START + nth;
  return {
    id: `ano_${String(nth).padStart(4, '0')}`,
    incidentId,
    entity: `dev_${nth}`,
    site: 'hq' as SiteId,
    type: 'brute_force',
    severity: 'medium',
    confidence: 0.9,
    status: 'open',
    verdict: null,
    remediated: false,
    detectedAt: at,
    updatedAt: at,
    closedAt: null,
    description: 'd',
    technique: 'T1110',
    expected: 'few',
    observed: 'many',
    action: 'reset_credentials',
    evidence: [],
  };
}
