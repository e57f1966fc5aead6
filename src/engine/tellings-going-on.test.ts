import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import {
  type Anomaly,
  DAY_MS,
  type DeviceId,
  HOUR_MS,
  type JournalRecord,
  MINUTE_MS,
  type Observation,
  type Verdict,
} from '../model/index.ts';
import {
  clock,
  configured,
  connection,
  engineWith,
  entry,
  inventoried,
  START,
  telemetry,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

const CAMERAS = 40;
const DAYS = 30;
const said = { actor: 'ann', reason: 'known' };

function camera(i: number): DeviceId {
  return `dev_cam${i}` as DeviceId;
}

function address(i: number): string {
  return `10.0.1.${i}`;
}

/** Four times a day each asks the recorder how it is, and some call relays of their own. */
function day(of: number, callers: readonly number[]): JournalRecord[] {
  const ordinary = Array.from({ length: CAMERAS }, (_, i) =>
    [1, 7, 13, 19].map((hour) =>
      connection(START + of * DAY_MS + hour * HOUR_MS + i * 1_000, address(i), '10.0.9.1'),
    ),
  ).flat();
  const calls = callers.flatMap((i): Observation[] =>
    Array.from({ length: 40 }, (_, call) =>
      connection(START + of * DAY_MS + 9 * HOUR_MS + call * MINUTE_MS, address(i), `203.0.113.${i + 1}`, {
        port: 8_443,
      }),
    ),
  );
  return telemetry([...ordinary, ...calls]);
}

/** What an operator says at the end of a day; some of it needs an anomaly, which the engine says. */
type Word = (engine: Engine, at: number) => JournalRecord | null;

function firstOf(engine: Engine, i: number): Anomaly | undefined {
  return engine
    .partitionOf(camera(i))
    .anomalies.of(camera(i))
    .find(({ type }) => type === 'beaconing');
}

const who = fc.integer({ min: 1, max: 12 });
const word: fc.Arbitrary<Word> = fc.oneof(
  fc
    .tuple(
      who,
      fc.constantFrom<Verdict | null>('true_positive', 'false_positive', 'expected', null),
      fc.boolean(),
    )
    .map(
      ([i, verdict, isClosed]): Word =>
        (engine, at) => {
          const known = firstOf(engine, i);
          if (known === undefined) return null;
          const status = isClosed ? 'closed' : 'open';
          return { kind: 'verdict', at, anomaly: known.id, status, verdict, remediated: isClosed, ...said };
        },
    ),
  fc.integer({ min: 1, max: 9 }).map(
    (days): Word =>
      (_, at) => ({
        kind: 'suppress',
        at,
        scope: { entity: null, tag: null, type: 'beaconing', destination: '203.0.113.0/29', port: null },
        owner: 'netops',
        expiresAt: at + days * DAY_MS,
        ...said,
      }),
  ),
  fc.tuple(who, who, fc.constantFrom('merge' as const, 'split' as const)).map(
    ([a, b, kind]): Word =>
      (_, at) => {
        return a === b ? null : { kind, at, from: camera(a), into: camera(b), ...said };
      },
  ),
  fc.tuple(who, fc.constantFrom('ip_camera', 'door', 'lens')).map(
    ([i, kind]): Word =>
      (_, at) =>
        inventoried(at, entry(camera(i), address(i), { kind })),
  ),
);

const life = fc.record({
  callers: fc.array(fc.uniqueArray(who, { maxLength: 8 }), { minLength: DAYS, maxLength: DAYS }),
  words: fc.array(fc.tuple(fc.nat(DAYS - 1), word), { maxLength: 12 }),
  leap: fc.constantFrom(0, 0, 3, 70, 500),
  places: fc.array(fc.nat(999), { minLength: 1, maxLength: 4 }),
});

function copyOf(engine: Engine, partitions: number): Engine {
  const copy = engineWith({ partitions });
  copy.load(WrittenState.of(engine));
  return copy;
}

describe('[PEERS-6] what is known of kinds of which members were told', () => {
  test('goes on as if it had never stopped, in one partition as in four, whatever operators say', () => {
    fc.assert(
      fc.property(life, ({ callers, words, leap, places }) => {
        const whole = engineWith();
        const four = engineWith({ partitions: 4 });
        let resumed = engineWith();
        const records: JournalRecord[] = [];
        const apply = (record: JournalRecord) => {
          records.push(record);
          for (const each of [whole, four, resumed]) each.apply(record);
        };
        apply(configured);
        apply(
          inventoried(
            START,
            ...Array.from({ length: CAMERAS }, (_, i) => entry(camera(i), address(i), { kind: 'ip_camera' })),
          ),
        );
        for (const [of, calling] of callers.entries()) {
          for (const [index, record] of day(of, calling).entries()) {
            if (places.some((place) => place % DAYS === of && place % 3 === index % 3)) {
              resumed = copyOf(resumed, 1);
            }
            apply(record);
          }
          for (const [when, say] of words) {
            const record = when === of ? say(whole, whole.now) : null;
            if (record !== null) apply(record);
            if (places.includes(of)) resumed = copyOf(resumed, 1);
          }
        }
        if (leap > 0) apply(clock(whole.now + leap * DAY_MS));
        const [one, other] = [whole, four].map(({ peers }) => WrittenState.of(peers.tellings).said());
        expect(other).toEqual(one);
        expect(resumed.stateHash()).toBe(whole.stateHash());
        for (let i = 0; i < 13; i++) expect(firstOf(four, i)).toEqual(firstOf(whole, i));
      }),
      { numRuns: 2 },
    );
  });
});
