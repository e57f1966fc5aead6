import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/model/index.ts';
import { type Data, ofFamilies, readData } from './data.ts';
import { evaluate, type Evaluation, MEASURES } from './evaluation.ts';
import { place } from './placement/place.ts';
import { donorsIn } from './placement/placebo.ts';
import { assignments } from './placement/rotation.ts';
import { asObject } from './report.ts';
import { findAdapters } from './sets/find.ts';
import { halfOf, isIn } from './split.ts';
import { writeSynthetic } from './synthetic.fixture.ts';
import { testBegins } from './telemetry/benign.ts';
import { endsOf } from './telemetry/ends.ts';
import type { Trace } from './telemetry/trace.ts';

/** Traces whose targets were inside. The tunnel's resolver was not said to be. */
const INSIDE = new Set(['probe']);

/** The short form of `npm run -s eval:detection`, on a fleet of three machines that never was. */
describe('evaluation', () => {
  let folder = '';
  let data: Data;
  let evaluation: Evaluation;
  const simulated = { devices: 12, days: 2 };
  const run = () =>
    evaluate({ ...data, split: 'all', seeds: 2, only: MEASURES, simulated, progress: () => {} });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stance-eval-'));
    await writeSynthetic(folder);
    data = await readData([folder], () => {});
    evaluation = await run();
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('[EVAL-8] gives one object with the figures of the product and of its peers', () => {
    const report = asObject({ evaluation, data: folder, notes: [], seconds: 0 });
    expect(report).toMatchObject({
      hours: { positives: expect.any(Number) },
      beacons: { positives: expect.any(Number) },
      scans: { sources: 2, benign_hosts: 3, outbound_false: 0, outbound_found: 1 },
      tunnels: { of: 1, false: 0 },
      quiet: { entity_days: expect.any(Number), alarms_per_1000_day: expect.any(Number) },
      calibration: { n: expect.any(Number) },
      peers: {
        zscore: { hours: { auc: expect.any(Number) } },
        isolation_forest: { hours: { auc: expect.any(Number) } },
        negative_binomial: { hours: { f1_at_200: expect.any(Number) } },
        regularity_novel_unique: { beacons: { f1_at_190: 1 } },
        trw: { scans: { recall_at_p99: 1, outbound_false: 0 } },
        fixed_scan: { scans: { recall_at_p99: 0, outbound_false: 0 } },
        rita: { tunnels: { found: 1, of: 1, false: 0 } },
      },
      method: { split: 'all', seeds: 2, families: { beat: halfOf('beat') } },
    });
  });

  it('[EVAL-14] says what placebos raise, of each detector', () => {
    const report = asObject({ evaluation, data: folder, notes: [], seconds: 0 });
    const figures = {
      auc: expect.any(Number),
      attack_auc: expect.any(Number),
      attack_f1: expect.any(Number),
      flagged: expect.any(Number),
    };
    const [office] = data.backgrounds;
    if (office === undefined) throw new Error('no background');
    // One for each attack that is placed (three traces, two seeds), but none on the one host that has a busy hour.
    expect(donorsIn(office, office.hosts).length).toBe(1);
    expect(report).toMatchObject({
      placebo: { ...figures, placed: 4, told: expect.any(Number), told_by_type: {} },
      peers: {
        zscore: { placebo: figures },
        negative_binomial: { placebo: figures },
        isolation_forest: { placebo: figures },
        sum_of_surprises: { placebo: figures },
      },
    });
  });

  it('[EVAL-15] says of a simulated fleet that it is simulated', () => {
    expect(evaluation.quiet_simulated).toMatchObject({
      simulated: true,
      entities: expect.any(Number),
      alarms: expect.any(Number),
    });
    expect(evaluation.quiet_simulated?.events).toBeGreaterThan(0);
  });

  it('[EVAL-18] says of each family what became of it, and places chosen families alone', () => {
    expect(evaluation.beacons?.product.by_family).toMatchObject({
      beat: { placed: 2, told: expect.any(Number), recall: expect.any(Number) },
    });
    const { product } = evaluation.beacons ?? {};
    expect(product?.check_ins_to_detect_median).toBeLessThanOrEqual(
      product?.intervals_to_detect_median ?? Infinity,
    );
    expect(ofFamilies(data.traces, ['beat']).map(({ name }) => name)).toEqual(['beat']);
    expect(() => ofFamilies(data.traces, ['beet'])).toThrow(/"beet" given, the data has beat, /);
  });

  it('[EVAL-8] says the same again', async () => {
    expect(await run()).toEqual(evaluation);
  });

  it('[EVAL-9] places an attack in the second half, on its host, under names that nobody met', () => {
    const [office] = data.backgrounds;
    if (office === undefined) throw new Error('no background');
    for (const trace of data.traces) {
      for (let seed = 1; seed <= 20; seed++) {
        const placed = place(trace, '10.0.0.2', office, seed);
        expect(placed.begin).toBeGreaterThanOrEqual(testBegins(office));
        expect(placed.end).toBeLessThanOrEqual(office.end);
        expect(placed.events.length).toBeGreaterThan(0);
        const peers = new Set(placed.events.flatMap((each) => endsOf(each)?.to.address ?? []));
        const old = new Set(trace.events.flatMap((each) => endsOf(each)?.to.address ?? []));
        for (const each of placed.events) expect(endsOf(each)?.from.address).toBe('10.0.0.2');
        expect(peers.size).toBe(old.size);
        expect(peers.isDisjointFrom(old)).toBe(true);
        expect(peers.isDisjointFrom(office.addresses)).toBe(true);
        // What was inside is inside; control is outside.
        expect(new Set([...peers].map((each) => office.isOwn(each)))).toEqual(
          new Set([INSIDE.has(trace.name)]),
        );
        expect(placed.hours.every((hour) => hour * HOUR_MS + HOUR_MS > placed.begin)).toBe(true);
        expect(placed.contacts.length).toBe(trace.control.length > 0 ? placed.events.length : 0);
        expect(JSON.stringify(placed.events)).not.toMatch(/drip\.com|203\.0\.113\.9|192\.168\./);
      }
    }
  });

  it('[EVAL-9] is the same for a seed, and another for another', () => {
    const [office, trace] = [data.backgrounds[0], data.traces[0]];
    if (office === undefined || trace === undefined) throw new Error('nothing to place');
    const begins = Array.from({ length: 20 }, (_, seed) => place(trace, '10.0.0.1', office, seed + 1).begin);
    expect(new Set(begins).size).toBe(20);
    expect(place(trace, '10.0.0.1', office, 7)).toEqual(place(trace, '10.0.0.1', office, 7));
  });

  it('[EVAL-9] lets every trace meet every host, each trace as often', () => {
    const observations: readonly never[] = [];
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 9 }),
        (hostCount, traceCount) => {
          const hosts = Array.from({ length: hostCount }, (_, i) => `h${i}`);
          const traces = Array.from({ length: traceCount }, (_, i) => ({ name: `t${i}` }) as Trace);
          const met = new Map<string, number>();
          const pairs = new Set<string>();
          for (let seed = 1; seed <= hostCount; seed++) {
            for (const life of assignments({ observations }, hosts, traces, seed)) {
              expect(life.size).toBeLessThanOrEqual(Math.max(1, hostCount / 4));
              for (const [host, { name }] of life) {
                met.set(name, (met.get(name) ?? 0) + 1);
                pairs.add(`${host} ${name}`);
              }
            }
          }
          expect(new Set(met.values()).size).toBe(1);
          expect(pairs.size).toBe(hostCount * traceCount);
        },
      ),
    );
  });

  it('[EVAL-10] halves entities and families by their names alone', () => {
    const names = Array.from({ length: 200 }, (_, i) => `set/10.0.0.${i}`);
    const tuned = names.filter((each) => isIn('tune', each));
    expect(tuned.length).toBeGreaterThan(70);
    expect(tuned.length).toBeLessThan(130);
    for (const each of names) expect(isIn('test', each)).toBe(!tuned.includes(each));
    expect(names.every((each) => isIn('all', each))).toBe(true);
  });

  it('[EVAL-11] takes what the data says of itself, and names a fault in it', async () => {
    const [found] = (await findAdapters(folder)).found;
    expect(found).toMatchObject({ origin: 'in_data', folder });
    const broken = await mkdtemp(join(tmpdir(), 'stance-eval-'));
    await writeFile(
      join(broken, 'evaluation.json'),
      '{"benign":[{"name":"x","logs":["x"],"networks":["10.0.0.0/8"],"uses":["hour"]}]}',
    );
    await expect(findAdapters(broken)).rejects.toThrow(/evaluation\.json: benign\.0\.uses\.0/);
    await rm(broken, { recursive: true });
  });

  it('[EVAL-11] guesses what no adapter speaks of, and says so', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'stance-eval-'));
    await writeSynthetic(join(parent, 'unheard'));
    await rm(join(parent, 'unheard', 'evaluation.json'));
    const { found, notes } = await findAdapters(parent);
    expect(found.flatMap(({ benign = [] }) => benign.map(({ name }) => name))).toEqual(['unheard/office']);
    expect(found.flatMap(({ attacks = [] }) => attacks.map(({ name }) => name))).toEqual([
      'unheard/scan',
      'unheard/tunnel',
    ]);
    expect(notes).toContainEqual(expect.stringContaining('unheard/beacon: no adapter; only 1.0 h'));
    await rm(parent, { recursive: true });
  });
});
