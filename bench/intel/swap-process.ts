// Asks a table without end while another thread builds the next one, and compares every answer with what its version lists.
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { IndicatorTable, type Listed, type TableMemory } from '../../src/exposure/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { quantile } from '../figure.ts';
import { kindOf, textOf, typeOf } from './indicators.ts';
import { firstOf, type SwapInput } from './versions.ts';

interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export interface Swapped {
  readonly wrong: number;
  readonly lookups: number;
  readonly swaps: number;
  /** Nanoseconds by the clock. */
  readonly idle: Spread;
  readonly building: Spread;
}

/** Look-ups between two turns of the event loop. */
const PER_TURN = 200;
const KEPT_TIMES = 2_000_000;

const { count, versions, idleMs } = inputOf() as SwapInput;
const builder = new Worker(new URL('rebuild-process.ts', import.meta.url), {
  workerData: { count, versions, idleMs } satisfies SwapInput,
});
let version = -1;
let table: IndicatorTable | null = null;
let asked = 0;
let wrong = 0;

const first = once(builder, 'message');
builder.postMessage(0);
swapIn(((await first) as [TableMemory])[0]);
const idle = new Float64Array(KEPT_TIMES);
const busy = new Float64Array(KEPT_TIMES);
// The first looks compile; they are not counted.
await askUntil(sleep(idleMs / 4), idle);
const idleCount = await askUntil(sleep(idleMs), idle);
let busyCount = 0;
while (version + 1 < versions) {
  const built = once(builder, 'message');
  builder.postMessage(version + 1);
  busyCount = await askUntil(built, busy, busyCount);
  swapIn(((await built) as [TableMemory])[0]);
}
giveBack({
  wrong,
  lookups: asked,
  swaps: version,
  idle: spread(idle.subarray(0, Math.min(idleCount, KEPT_TIMES))),
  building: spread(busy.subarray(0, Math.min(busyCount, KEPT_TIMES))),
} satisfies Swapped);

function swapIn(memory: TableMemory): void {
  table = new IndicatorTable(memory);
  version++;
}

async function askUntil(over: Promise<unknown>, times: Float64Array, from = 0): Promise<number> {
  const asking = new AbortController();
  over.finally(() => asking.abort()).catch(() => undefined);
  let at = from;
  while (!asking.signal.aborted) {
    for (let i = 0; i < PER_TURN; i++) times[at++ % KEPT_TIMES] = ask();
    await turn();
  }
  return at;
}

/** How long one took. */
function ask(): number {
  // Listed in this version, no longer, or not yet.
  const nth = (asked++ * 7_919_001) % (2 * count);
  const kind = kindOf(nth);
  if (kind === 'network' || table === null) return ask();
  const indicator = { type: typeOf(kind), value: textOf(kind, nth) };
  const start = performance.now();
  const found = table.match(indicator);
  const took = performance.now() - start;
  if (!isRight(nth, indicator.value, found)) wrong++;
  return took * 1e6;
}

function isRight(nth: number, value: string, found: readonly Listed[]): boolean {
  const begin = firstOf(version, count);
  const isListed = nth >= begin && nth < begin + count;
  return (
    found.some((listed) => listed.value === value) === isListed &&
    found.every((listed) => listed.feedAsOf === version)
  );
}

function spread(times: Float64Array): Spread {
  const sorted = [...times];
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
