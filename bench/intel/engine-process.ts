// Makes feeds active in an engine, one after the other, and weighs what it holds of them in all.
import { sharedBytes } from './shared-memory.ts';
import type { Engine } from '../../src/engine/index.ts';
import type { FeedChange } from '../../src/exposure/index.ts';
import type { Feed, FeedId, Listing } from '../../src/model/index.ts';
import { hashOf, writeSnapshot } from '../../src/snapshot/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { quantile } from '../figure.ts';
import { BEGIN, enrolled } from '../population.ts';
import { kindOf, listingOf } from './indicators.ts';

export interface EngineInput {
  readonly count: number;
  readonly feeds: number;
  /** Where its snapshot goes. */
  readonly dir: string;
}

export interface EngineMeasured {
  readonly count: number;
  /** Bytes that the engine holds more than without these feeds, after a full collection: heap and arrays. */
  readonly heap: number;
  readonly arrays: number;
  /** Of them the table that is asked. */
  readonly table: number;
  /** Of the process, by the system's count; a collector gives back late. */
  readonly resident: number;
  /** Milliseconds of CPU of the steps that make what the last feed leads to, and of its record. */
  readonly step: { readonly longest: number; readonly p999: number; readonly count: number };
  readonly record: number;
  /** Milliseconds of CPU to tell the feeds' part of the state: what a snapshot and a state hash cost. */
  readonly told: number;
  /** Of the whole engine, and milliseconds to write it. */
  readonly snapshot: string;
  readonly writeMs: number;
}

const { count, feeds, dir } = inputOf() as EngineInput;
const { engine } = enrolled(1);
const before = await held();
let last = { steps: [0] as readonly number[], record: 0 };
for (let nth = 0; nth < feeds; nth++) last = take(engine, nth);
const after = await held();
const told = timed(() => hashOf(engine.activeFeeds));
const writing = performance.now();
const { path: snapshot } = writeSnapshot(dir, { records: 1, stateVersion: 1 }, engine);
const writeMs = performance.now() - writing;
giveBack({
  count,
  heap: after.heap - before.heap,
  arrays: after.arrays - before.arrays,
  table: engine.indicators.bytes,
  resident: after.resident - before.resident,
  step: { longest: quantile(last.steps, 1), p999: quantile(last.steps, 0.999), count: last.steps.length },
  record: last.record,
  told,
  snapshot,
  writeMs,
} satisfies EngineMeasured);

/** As the server does: prepared in steps, then applied. */
function take(into: Engine, nth: number): typeof last {
  const change: FeedChange = { kind: 'feed', at: BEGIN, feed: feedOf(nth), actor: 'bench' };
  const steps: number[] = [];
  const preparing = into.preparing(change);
  for (;;) {
    const begun = cpu();
    const { done } = preparing.next();
    steps.push(cpu() - begun);
    if (done === true) break;
  }
  return { steps, record: timed(() => into.apply(change)) };
}

function feedOf(nth: number): Feed {
  const id = `feed-${String(nth).padStart(2, '0')}` as FeedId;
  const listings: Listing[] = [];
  for (let number = nth; number < count; number += feeds) listings.push(listingOf(kindOf(number), number));
  return { id, asOf: BEGIN, format: 'plain', lineage: id, listings };
}

function timed(work: () => unknown): number {
  const begun = cpu();
  work();
  return cpu() - begun;
}

/** Of this thread's own time: others' work on the machine is none of it. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

async function held(): Promise<Record<'heap' | 'arrays' | 'resident', number>> {
  const shared = await sharedBytes();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heap: heapUsed, arrays: external + shared, resident: rss };
}
