// Imports a list into a directory of the product, has its next version replace it, takes it back, and measures every turn of the
// loop meanwhile.
import { PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { giveBack, inputOf } from '../child.ts';
import { openDirectory } from '../owned.ts';

export interface ImportInput {
  /** Of the product. */
  readonly dir: string;
  /** A small one, the list, its next version: files, so that nothing of their making is left here for the collector. */
  readonly lists: readonly string[];
}

/** Milliseconds. */
interface Turn {
  readonly cpu: number;
  readonly wall: number;
  /** Of the wall, collecting garbage. */
  readonly garbage: number;
}

export interface ImportMeasured {
  /** Of the first import, the one that replaces it, and of taking it back. */
  readonly seconds: readonly number[];
  readonly turns: number;
  /** By CPU: the longest first. */
  readonly longest: readonly Turn[];
}

/** Shorter ones are counted only. */
const KEPT_MS = 3;
const LONGEST = 5;

const WORDS = {
  format: 'auto',
  category: null,
  confidence: null,
  lineage: null,
  allowPrivate: false,
  allowHttp: false,
  ca: null,
  credentials: null,
  id: 'list',
  taxii: false,
  collection: null,
  replace: true,
  actor: 'bench',
} as const;

const { dir, lists } = inputOf() as ImportInput;
const collections: { readonly start: number; readonly end: number }[] = [];
new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries())
    collections.push({ start: startTime, end: startTime + duration });
}).observe({ entryTypes: ['gc'] });

const opened = await openDirectory(dir);
const kept: { readonly start: number; readonly end: number; readonly cpu: number }[] = [];
let turns = 0;
const seconds: number[] = [];
// A small one first: what is compiled and started once is no part of a list's turns.
for (const [nth, path] of lists.entries()) {
  const work = opened.operations.intel_import({ ...WORDS, paths: [path] }, () => undefined);
  const took = await measured(work, nth > 0);
  if (nth > 0) seconds.push(took);
}
seconds.push(await measured(opened.operations.intel_remove({ id: WORDS.id, actor: WORDS.actor }), true));
await opened.close();
// The collector's entries come a turn later.
await pause(100);
const longest = kept
  .map(({ start, end, cpu }) => ({ cpu, wall: end - start, garbage: garbageIn(start, end) }))
  .sort((a, b) => b.cpu - a.cpu)
  .slice(0, LONGEST);
giveBack({ seconds, turns, longest } satisfies ImportMeasured);

/** Every turn of the loop while something is done: from one look between two turns to the next. */
async function measured(work: Promise<unknown>, isKept: boolean): Promise<number> {
  const begun = performance.now();
  let isDone = false;
  const done = work.finally(() => (isDone = true));
  let [since, used] = [performance.now(), cpuMs()];
  await new Promise<void>((resolve) => {
    const look = (): void => {
      const [now, all] = [performance.now(), cpuMs()];
      turns++;
      // The clock of CPU steps by some milliseconds, and never uses more than what passed.
      const cpu = Math.min(all - used, now - since);
      if (isKept && now - since > KEPT_MS) kept.push({ start: since, end: now, cpu });
      [since, used] = [now, all];
      if (isDone) resolve();
      else setImmediate(look);
    };
    setImmediate(look);
  });
  await done;
  return (performance.now() - begun) / 1_000;
}

function garbageIn(from: number, until: number): number {
  return collections.reduce(
    (sum, { start, end }) => sum + Math.max(0, Math.min(end, until) - Math.max(start, from)),
    0,
  );
}

/** Of this thread's own time: others' work on the machine is none of it. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
