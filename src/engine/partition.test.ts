import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import { DAY_MS, type EntityId, MINUTE_MS, RISK_LEVELS, rank } from '../model/index.ts';
import { PartitionLife } from './partition-life.fixture.ts';
import type { Step } from './partition-steps.fixture.ts';

const entity = fc.constantFrom<EntityId>('dev_camera', 'dev_files', 'dev_stray', 'dev_guest', 'usr_ann');
const device = fc.constantFrom<EntityId>('dev_camera', 'dev_files', 'dev_stray', 'dev_guest');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('connected' as const),
      who: device,
      to: fc.nat(30),
      forbidden: fc.boolean(),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('heard' as const), who: device }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('signed_in' as const),
      who: entity,
      failed: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('vulnerable' as const),
      who: device,
      cve: fc.nat(3),
      resolved: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('served' as const), who: device }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('scanned' as const),
      who: device,
      confidence: fc.constantFrom(0.4, 0.7, 0.95),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('judged' as const),
      status: fc.constantFrom('open' as const, 'closed' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enrolled' as const), who: entity }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('configured' as const), feeds: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('based' as const), isAnyEnrolled: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merged' as const), who: device, into: device }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('split' as const), who: device }) },
);

/** Steps with the time that passes before each; mostly minutes, at times days. */
const lives = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 0, max: 90 }).map((minutes) => minutes * MINUTE_MS) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((days) => days * DAY_MS) },
    ),
    step,
    fc.boolean(),
  ),
  { minLength: 1, maxLength: 60 },
);

describe('[STATE-2] a partition that was written down and read again', () => {
  test('goes on as the one that never was: the same changes, the same answers, the same state', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        const [steady, interrupted] = [new PartitionLife(), new PartitionLife()];
        for (const [passed, what, isInterrupted] of steps) {
          for (const life of [steady, interrupted]) {
            life.pass(passed);
            life.do(what);
          }
          if (isInterrupted)
            interrupted.goOn(WrittenState.of(interrupted.partition), WrittenState.of(interrupted.folded));
        }
        expect(interrupted.told).toEqual(steady.told);
        expect(interrupted.answers()).toEqual(steady.answers());
        expect(WrittenState.of(interrupted.partition).said()).toEqual(
          WrittenState.of(steady.partition).said(),
        );
        expect(WrittenState.of(interrupted.folded).said()).toEqual(WrittenState.of(steady.folded).said());
      }),
      { numRuns: 25 },
    );
  });
});

describe('what is kept as entities change', () => {
  test('equals what is found by visiting them all', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        const lived = new PartitionLife();
        for (const [passed, what] of steps) {
          lived.pass(passed);
          lived.do(what);
          expect(listed(lived)).toEqual(found(lived));
        }
        const open = [...lived.partition.anomalies.all()].filter(({ status }) => status !== 'closed');
        expect(lived.partition.anomalies.openCount).toBe(open.length);
        const incidents = new Set(open.flatMap(({ incidentId }) => incidentId ?? []));
        expect(new Set(lived.partition.anomalies.openIncidents.keys())).toEqual(incidents);
        expect([...lived.partition.anomalies.allOpen()]).toHaveLength(open.length);
      }),
      { numRuns: 100 },
    );
  });

  test('every factor has evidence at any instant, though what it rested on is measured later', () => {
    fc.assert(
      fc.property(lives, (steps) => {
        const lived = new PartitionLife();
        for (const [passed, what] of steps) {
          lived.pass(passed);
          lived.do(what);
          for (const { factors } of lived.answers().entities) {
            for (const { evidence } of factors) expect(evidence).not.toHaveLength(0);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a stranger at risk', () => {
  const [who, other] = ['dev_stray', 'dev_guest'] as const;
  const isListed = (life: PartitionLife) => listed(life).includes(who);
  const day = (life: PartitionLife, begin: number, days: number, more = 0) => {
    life.pass(begin + days * DAY_MS + more - life.now);
    return isListed(life);
  };

  test('leaves the list after a week of silence, and comes back when it is heard', () => {
    const life = new PartitionLife();
    const begin = life.now;
    life.do({ kind: 'vulnerable', who, cve: 1, resolved: false });
    // It was never heard: nobody can say since when it is gone.
    expect(day(life, begin, 20)).toBe(true);
    life.do({ kind: 'heard', who });
    expect(day(life, begin, 27)).toBe(true);
    expect(day(life, begin, 27, 1)).toBe(false);
    life.do({ kind: 'vulnerable', who, cve: 2, resolved: false });
    expect(day(life, begin, 28)).toBe(false);
    life.do({ kind: 'heard', who });
    expect(isListed(life)).toBe(true);
  });

  /** Heard on the first days, then only as the other, on the fifth; they are told apart on the eighth. */
  function partedOn8th(heardOn: readonly number[]): PartitionLife {
    const life = new PartitionLife();
    const begin = life.now;
    life.do({ kind: 'vulnerable', who, cve: 1, resolved: false });
    for (const on of heardOn) {
      day(life, begin, on);
      life.do({ kind: 'heard', who });
    }
    day(life, begin, 5);
    life.do({ kind: 'heard', who: other });
    life.do({ kind: 'merged', who: other, into: who });
    expect(day(life, begin, 8)).toBe(true);
    life.do({ kind: 'split', who: other });
    return life;
  }

  test('that another was taken for was not heard in its place', () => {
    const life = partedOn8th([0]);
    expect(isListed(life)).toBe(false);
    life.do({ kind: 'heard', who });
    expect(isListed(life)).toBe(true);
  });

  test('leaves as its own silence tells once they are told apart', () => {
    const life = partedOn8th([0, 2]);
    expect(isListed(life)).toBe(true);
    life.pass(DAY_MS);
    expect(isListed(life)).toBe(true);
    life.pass(1);
    expect(isListed(life)).toBe(false);
  });
});

function listed({ partition }: PartitionLife): EntityId[] {
  return [...partition.sums.atRisk.worst(Infinity)].map((row) => partition.rows.id(row));
}

/** By the rule, from every entity. */
function found(life: PartitionLife): EntityId[] {
  const { partition } = life;
  return life
    .ids()
    .flatMap((id) => {
      const standing = partition.standing(id);
      if (standing === null || standing.level === 'low' || !standing.isDevice) return [];
      const lastSeen = life.profile(id)?.lastSeen ?? null;
      const isGone = lastSeen !== null && life.now - lastSeen > 7 * DAY_MS;
      const isGrave = partition.anomalies
        .open(id)
        .some(({ severity }) => severity === 'high' || severity === 'critical');
      const hasLeft = isGone && !isGrave && life.isAnyEnrolled;
      return hasLeft && !standing.isEnrolled ? [] : [{ id, ...standing }];
    })
    .sort(
      (a, b) =>
        rank(RISK_LEVELS, b.level) - rank(RISK_LEVELS, a.level) ||
        Number(b.isEnrolled) - Number(a.isEnrolled) ||
        a.scoreExact - b.scoreExact ||
        (a.id < b.id ? -1 : 1),
    )
    .map(({ id }) => id);
}
