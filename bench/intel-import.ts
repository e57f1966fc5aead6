import { readingFeed } from '../src/exposure/index.ts';
import type { FeedId } from '../src/model/index.ts';
import { figure, type Key, quantile } from './figure.ts';
import type { Measurement } from './measurement.ts';

const ROUNDS = 3;
/** As long as the product reads before others have their turn. */
const TURN_MS = 5;

/** The kinds of lines that lists are made of; what comes out is unpredictable to the parser, and the same in every run. */
const KINDS: Readonly<Record<string, (chance: (below: number) => number) => string>> = {
  domains: (chance) => `${chance(2 ** 31).toString(36)}.${chance(2 ** 31).toString(36)}.com`,
  addresses: (chance) => `${11 + chance(112)}.${chance(256)}.${chance(256)}.${chance(256)}\t${1 + chance(9)}`,
  hashes: (chance) => Array.from({ length: 8 }, () => (chance(2 ** 31) + 2 ** 31).toString(16)).join(''),
};

/** Text lists are read fast, and hold nobody up. In the thread's CPU time: the machine is shared. */
export const intelImport: Measurement = {
  keys: ['intel.import.lines_per_s', 'intel.import.turn_ms'],
  async measure({ quick, progress }) {
    const lines = quick ? 20_000 : 1_000_000;
    const rates: number[] = [];
    const longest: number[] = [];
    const notes: string[] = [];
    for (const [kind, line] of Object.entries(KINDS)) {
      const chance = seeded(20_261_129);
      const bytes = Buffer.from(Array.from({ length: lines }, () => `${line(chance)}\n`).join(''));
      const own: number[] = [];
      for (let round = 0; round < (quick ? 1 : ROUNDS); round++) {
        progress(`${lines} ${kind}, round ${round + 1}`);
        const { cpuMs, turns } = await readOnce(bytes);
        own.push((1_000 * lines) / cpuMs);
        longest.push(...turns);
      }
      rates.push(...own);
      notes.push(`${kind} ${Math.round(quantile(own, 0.5) / 1_000)},000`);
    }
    const scale = { belowScale: quick };
    const slowest = Math.min(...rates);
    return [
      figure('intel.import.lines_per_s' satisfies Key, {
        value: slowest,
        runs: rates,
        note: `the slowest round, per second of CPU; median of ${notes.join(', ')}`,
        ...scale,
      }),
      figure('intel.import.turn_ms' satisfies Key, {
        value: quantile(longest, 0.99),
        runs: longest,
        note: `99 % of turns of the loop, CPU; the clock of CPU steps by 4 ms`,
        ...scale,
      }),
    ];
  },
};

async function readOnce(
  bytes: Buffer,
): Promise<{ readonly cpuMs: number; readonly turns: readonly number[] }> {
  const about = { format: 'auto', defaultConfidence: 0.7, defaultCategory: null, now: Date.now() } as const;
  const steps = readingFeed({ bytes, id: 'bench' as FeedId, ...about });
  const turns: number[] = [];
  let [since, begun] = [performance.now(), cpu()];
  for (let step = steps.next(); step.done !== true; step = steps.next()) {
    if (performance.now() - since < TURN_MS) continue;
    turns.push(cpu() - begun);
    await new Promise<void>((resolve) => setImmediate(resolve));
    [since, begun] = [performance.now(), cpu()];
  }
  turns.push(cpu() - begun);
  return { cpuMs: turns.reduce((sum, turn) => sum + turn, 0), turns };
}

function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
