import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { millipoints, RISK_LEVELS } from '../model/index.ts';
import { factorSets } from './arbitraries.test.ts';
import { assess } from './assess.ts';
import {
  FleetAggregate,
  type FleetFigures,
  type FleetShare,
  type FleetValue,
  MAX_FLEET_WEIGHT,
} from './fleet.ts';
import { DEFAULT_PROFILE as profile } from './profile.ts';

const shares: fc.Arbitrary<FleetShare> = fc
  .record({
    weight: fc.nat({ max: 5 }),
    level: fc.constantFrom(...RISK_LEVELS),
    type: fc.constantFrom('ip_camera', 'server', 'workstation'),
    set: factorSets,
  })
  .map(({ set, ...share }) => {
    const { scoreExact, factors } = assess(set, profile);
    return { ...share, scoreExact, factors };
  });
const fleets = fc.array(shares, { maxLength: 12 });

function fleetOf(entities: readonly FleetShare[]): FleetAggregate {
  const fleet = new FleetAggregate();
  for (const entity of entities) fleet.add(entity);
  return fleet;
}

/** The definition, in rationals of BigInt, entity by entity. */
function meanOf(entities: readonly FleetShare[]): number {
  const weight = entities.reduce((sum, entity) => sum + BigInt(entity.weight), 0n);
  const weighted = entities.reduce((sum, entity) => sum + BigInt(entity.weight * entity.scoreExact), 0n);
  return weight === 0n ? 0 : Number((2n * weighted + weight) / (2n * weight));
}

function decileOf(entities: readonly FleetShare[]): number | null {
  const scores = entities.flatMap(({ weight, scoreExact }) =>
    Array.from({ length: weight }, () => Math.floor((scoreExact + 500) / 1_000)),
  );
  return scores.sort((a, b) => a - b)[Math.ceil(scores.length / 10) - 1] ?? null;
}

const lost = ({ factorContributions }: FleetValue) =>
  factorContributions.reduce((sum, { milliPoints }) => sum + milliPoints, 0);

/** A share of one factor that costs exactly `loss` milli-points. */
const losing = (loss: number, weight: number, type = 'server'): FleetShare => ({
  weight,
  type,
  level: 'low',
  scoreExact: millipoints(100_000 - loss),
  factors: loss === 0 ? [] : [{ name: 'port_scan', milliPoints: loss }],
});

describe('the value of a fleet', () => {
  test('by hand', () => {
    // (1 · 90000 + 2 · 60001) / 3 = 70000.666…, which is 70.001; lost 29.999 of one kind.
    const value = fleetOf([losing(10_000, 1, 'ip_camera'), losing(39_999, 2)]).read();
    expect(value).toMatchObject({
      entities: 2,
      weight: 3,
      scoreExact: 70_001,
      score: 70,
      worstDecileScore: 60,
    });
    expect(value.riskCounts).toEqual({ low: 2, medium: 0, high: 0, critical: 0 });
    expect(value.scoreByType).toEqual({
      ip_camera: { score: 90, entities: 1 },
      server: { score: 60, entities: 1 },
    });
    expect(value.factorContributions).toEqual([{ name: 'port_scan', milliPoints: 29_999 }]);
  });

  test('[SCORE-17] is the weighted mean, exactly, rounded half up', () => {
    fc.assert(
      fc.property(fleets, (entities) => {
        const value = fleetOf(entities).read();
        expect(value.scoreExact).toBe(meanOf(entities));
        expect(value.worstDecileScore).toBe(decileOf(entities));
      }),
    );
  });

  test('[SCORE-18] has contributions that sum to exactly what is lost', () => {
    fc.assert(
      fc.property(fleets, (entities) => {
        const value = fleetOf(entities).read();
        expect(lost(value)).toBe(value.weight === 0 ? 0 : 100_000 - value.scoreExact);
      }),
    );
  });

  test('[SCORE-19] is the same after any additions, updates and removals as from scratch', () => {
    const steps = fc.array(fc.record({ place: fc.nat({ max: 7 }), share: fc.option(shares) }), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, (changes) => {
        const fleet = new FleetAggregate();
        const entities = new Map<number, FleetShare>();
        for (const { place, share } of changes) {
          const before = entities.get(place);
          if (before !== undefined && share !== null) fleet.update(before, share);
          else if (before !== undefined) fleet.remove(before);
          else if (share !== null) fleet.add(share);
          if (share === null) entities.delete(place);
          else entities.set(place, share);
        }
        expect(fleet.read()).toEqual(fleetOf([...entities.values()]).read());
      }),
    );
  });

  test('[SCORE-19] goes on from its figures, written down and read, as if nothing had been', () => {
    fc.assert(
      fc.property(fleets, fleets, (first, then) => {
        const kept = JSON.parse(JSON.stringify(fleetOf(first).figures())) as FleetFigures;
        const fleet = FleetAggregate.of(kept);
        for (const each of then) fleet.add(each);
        expect(fleet.read()).toEqual(fleetOf([...first, ...then]).read());
        for (const each of first) fleet.remove(each);
        expect(fleet.read()).toEqual(fleetOf(then).read());
      }),
    );
  });

  test('[SCORE-19] is the same however the fleet is split and merged', () => {
    fc.assert(
      fc.property(fleets, fc.nat(), (entities, cut) => {
        const at = cut % (entities.length + 1);
        const [a, b] = [fleetOf(entities.slice(0, at)), fleetOf(entities.slice(at))];
        const whole = fleetOf(entities).read();
        expect(FleetAggregate.merge(a, b).read()).toEqual(whole);
        expect(FleetAggregate.merge(b, a).read()).toEqual(whole);
      }),
    );
  });

  test('[SCORE-17] is exact at the greatest weight, and beyond it refused', () => {
    const fleet = fleetOf([losing(0, MAX_FLEET_WEIGHT - 1), losing(100_000, 1)]);
    // One point in 90 thousand million is less than half a milli-point.
    expect(fleet.read()).toMatchObject({
      scoreExact: 100_000,
      weight: MAX_FLEET_WEIGHT,
      worstDecileScore: 100,
    });
    expect(() => fleet.add(losing(0, 1))).toThrow(/weighs at most 90071992547/);
    fleet.remove(losing(0, MAX_FLEET_WEIGHT - 1));
    expect(fleet.read().scoreExact).toBe(0);
  });

  test('of nobody has no decile and no contributions', () => {
    expect(new FleetAggregate().read()).toMatchObject({
      entities: 0,
      scoreExact: 0,
      factorContributions: [],
      worstDecileScore: null,
    });
  });

  test('refuses weights that are no counts, and removals of what was never added', () => {
    const fleet = new FleetAggregate();
    for (const weight of [-1, 0.5, Number.NaN])
      expect(() => fleet.add(losing(0, weight))).toThrow(/integer from 0/);
    expect(() => fleet.remove(losing(0, 1))).toThrow(/no entity of type server/);
  });
});
