import { createCipheriv } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Release } from '../../../model/index.ts';
import { EpsilonBudget } from './budget.ts';
import { discreteLaplace, type RandomBytes } from './discrete-laplace.ts';
import { sharedRelease } from './shared-release.ts';

/** The same bytes for the same seed. */
function seeded(seed: number): RandomBytes {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16));
  return (count) => cipher.update(Buffer.alloc(count));
}

const whole = Array.from({ length: 30 }, (_, at) => 100 * at);
const release = (round: number): Release => ({
  tenant: 'acme',
  keyId: '',
  paramsHash: '',
  round,
  releasedAt: 0,
  sites: [],
  minimumGroup: 20,
  cohortVersion: 1,
  whole,
  cohorts: [],
  signature: '',
});

describe('noise for others', () => {
  it.each([
    { s: 1n, t: 2n, draws: 8_000 },
    { s: 3n, t: 2n, draws: 8_000 },
    { s: 1_000n, t: 3_000n, draws: 8_000 },
  ])('[AGG-NOISE-1] is discrete Laplace of scale $t ÷ $s', ({ s, t, draws }) => {
    const random = seeded(1);
    const reach = 12;
    const seen = new Array<number>(2 * reach + 1).fill(0);
    let beyond = 0;
    for (let nth = 0; nth < draws; nth++) {
      const at = Number(discreteLaplace({ s, t }, random)) + reach;
      if (at < 0 || at >= seen.length) beyond += 1;
      else seen[at] = (seen[at] ?? 0) + 1;
    }
    const q = Math.exp(-Number(s) / Number(t));
    const expected = seen.map((_, at) => (draws * (1 - q) * q ** Math.abs(at - reach)) / (1 + q));
    const cells = [...seen.entries()].filter(([at]) => (expected[at] ?? 0) >= 5);
    const chiSquare = cells.reduce(
      (sum, [at, count]) => sum + (count - (expected[at] ?? 0)) ** 2 / (expected[at] ?? 1),
      0,
    );
    // Three standard deviations above the mean of chi-square with as many degrees of freedom.
    expect(cells.length).toBeGreaterThan(4);
    expect(chiSquare).toBeLessThan(cells.length + 3 * Math.sqrt(2 * cells.length));
    expect(beyond / draws).toBeCloseTo((2 * q ** (reach + 1)) / (1 + q), 2);
  });

  it('[AGG-NOISE-2] states its error, and has it', () => {
    const random = seeded(2);
    const shared = Array.from({ length: 400 }, () => sharedRelease(release(1), 1_000, random));
    const [first] = shared;
    expect(first?.noise.risk).toBeCloseTo(3 * Math.SQRT2, 1);
    expect(first?.noise.score).toBeCloseTo(300 * Math.SQRT2, 0);
    for (const [name, at] of [
      ['risk', 9],
      ['score', 3],
    ] as const) {
      const errors = shared.map(({ sums }) => (sums[name][0] ?? 0) - (whole[at] ?? 0));
      const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
      expect(deviation / (first?.noise[name] ?? 0)).toBeGreaterThan(0.8);
      expect(deviation / (first?.noise[name] ?? 0)).toBeLessThan(1.25);
    }
    expect(first?.sums.risk).toHaveLength(4);
    expect(first?.sums.score_tenths).toHaveLength(10);
  });

  describe('[AGG-NOISE-3] has a budget', () => {
    let dir = '';
    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'stance-budget-'));
    });
    afterAll(() => rm(dir, { recursive: true }));

    it('that is none until it is set, refuses when it is spent, and tells a round once', async () => {
      const random = seeded(3);
      await expect(new EpsilonBudget(dir).share(release(1), 1, random)).rejects.toThrow('0 of ε left');
      await new EpsilonBudget(dir).set(1_500);
      const first = await new EpsilonBudget(dir).share(release(1), 1_000, random);
      expect(await new EpsilonBudget(dir).share(release(1), 1_000, random)).toEqual(first);
      expect(await new EpsilonBudget(dir).left()).toBe(500);
      await expect(new EpsilonBudget(dir).share(release(2), 501, random)).rejects.toThrow('0.5 of ε left');
      await new EpsilonBudget(dir).share(release(2), 500, random);
      await expect(new EpsilonBudget(dir).share(release(3), 1, random)).rejects.toThrow('0 of ε left');
      await expect(new EpsilonBudget(dir).set(1_000)).rejects.toThrow('1.5 of ε were spent');
    });

    it('that two at once do not spend twice', async () => {
      await new EpsilonBudget(dir).set(2_000);
      const random = seeded(4);
      const shared = await Promise.allSettled(
        [11, 12, 13].map((round) => new EpsilonBudget(dir).share(release(round), 250, random)),
      );
      expect(shared.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
      expect(await new EpsilonBudget(dir).left()).toBe(0);
    });

    it('whose loss is not taken for a new beginning', async () => {
      await writeFile(join(dir, 'epsilon.json'), '{"format":1');
      await expect(new EpsilonBudget(dir).left()).rejects.toThrow('restore it');
    });
  });
});
