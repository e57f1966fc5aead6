import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../../src/model/index.ts';
import { Random } from '../../../src/simulator/index.ts';
import { place } from '../placement/place.ts';
import { endsOf } from '../telemetry/ends.ts';
import { BURSTS } from './bursts.ts';
import { CHANNELS } from './channels.ts';
import { traceOf } from './invention.ts';
import { measureInventions } from './measure.ts';
import { MOVEMENTS } from './movements.ts';
import { simulatedOffice } from './office.ts';
import { UPLOADS } from './uploads.ts';

const ALL = [...CHANNELS, ...BURSTS, ...UPLOADS, ...MOVEMENTS];

describe('[EVAL-16] inventions', () => {
  test('are the same for the same seed, in order of time, and of one machine', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.constantFrom(...ALL), (seed, invention) => {
        const trace = traceOf(invention, new Random(seed, invention.name));
        expect(traceOf(invention, new Random(seed, invention.name))).toEqual(trace);
        const times = trace.events.map(({ time }) => time);
        expect(times.length).toBeGreaterThan(0);
        expect(Math.max(...times) - Math.min(...times)).toBeLessThan(12 * HOUR_MS);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(new Set(trace.events.map((each) => endsOf(each)?.from.address))).toEqual(
          new Set([trace.actor]),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('have harmless twins of each sort, and names of their own', () => {
    const sorts = (isHarmless: boolean) =>
      new Set(ALL.filter((each) => each.isHarmless === isHarmless).map(({ sort }) => sort));
    expect(sorts(true)).toEqual(sorts(false));
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });

  test('are placed on a life of others, and what is told of them is counted', () => {
    const office = simulatedOffice(14, 2);
    const [even] = CHANNELS;
    if (even === undefined) throw new Error('no invention');
    const [host = ''] = office.hosts;
    const { control } = place(traceOf(even, new Random(1, 'any')), host, office, 1);
    expect([...control].filter((each) => office.addresses.has(each))).toEqual([]);
    expect(measureInventions([], office, [even], 1, 2, () => {})).toMatchObject([
      {
        name: even.name,
        isHarmless: false,
        placed: 2,
        told: expect.any(Number),
        byLife: { 'simulated office': expect.any(Number) },
      },
    ]);
  });
});
