// Builds the table and, beside it, Maps of the same; weighs both and asks both.
import { IndicatorTable, type Listed } from '../../src/exposure/index.ts';
import type { Address } from '../../src/model/index.ts';
import { giveBack, inputOf } from '../child.ts';
import { quantile } from '../figure.ts';
import { fingerprint, listings } from './indicators.ts';
import { MapsOfListings } from './maps.ts';
import { type What, TextsToAsk } from './questions.ts';

export interface IntelInput {
  readonly count: number;
  readonly rounds: number;
}

export interface Question {
  readonly what: What;
  readonly listed: boolean;
  /** Nanoseconds of CPU per question, by round. */
  readonly map: readonly number[];
  readonly table: readonly number[];
}

export interface IntelMeasured {
  readonly count: number;
  readonly table: {
    readonly bytes: number;
    readonly heap: number;
    readonly parts: Readonly<Record<string, number>>;
  };
  readonly build: {
    readonly ms: number;
    readonly steps: number;
    readonly longestMs: number;
    readonly p999Ms: number;
    readonly longestWallMs: number;
  };
  /** Of the heap, in Maps of the same listings. */
  readonly mapsBytes: number;
  readonly questions: readonly Question[];
}

const QUESTIONS = 200_000;

const { count, rounds } = inputOf() as IntelInput;
const before = heap();
const { table, build } = built();
const weighed = { bytes: table.bytes, heap: heap() - before, parts: partsOf(table) };
const full = heap();
const maps = new MapsOfListings(count);
const mapsBytes = heap() - full;
const questions = asked();
giveBack({
  count,
  table: weighed,
  build,
  mapsBytes,
  questions,
} satisfies IntelMeasured);

function built(): { readonly table: IndicatorTable; readonly build: IntelMeasured['build'] } {
  const cpu: number[] = [];
  let longestWallMs = 0;
  const began = performance.now();
  const steps = IndicatorTable.building(listings(count), fingerprint);
  for (;;) {
    const [wall, used] = [performance.now(), process.threadCpuUsage()];
    const step = steps.next();
    const { user, system } = process.threadCpuUsage(used);
    cpu.push((user + system) / 1_000);
    longestWallMs = Math.max(longestWallMs, performance.now() - wall);
    if (step.done !== true) continue;
    const ms = performance.now() - began;
    const longestMs = quantile(cpu, 1);
    const p999Ms = quantile(cpu, 0.999);
    return { table: step.value, build: { ms, steps: cpu.length, longestMs, p999Ms, longestWallMs } };
  }
}

/** The two in turn, the same texts to both, made anew for each: a text that was looked for once remembers its hash. */
function asked(): Question[] {
  const whats: readonly What[] = ['address', 'domain', 'hash'];
  return whats.flatMap((what) =>
    [true, false].map((listed) => {
      const texts = new TextsToAsk(what, listed, count, QUESTIONS);
      const times: { readonly map: number[]; readonly table: number[] } = { map: [], table: [] };
      for (let round = -2; round < rounds; round++) {
        const byMap = timed(texts.fresh(), (text) => maps.find(what, text));
        const byTable = timed(texts.fresh(), (text) => foundIn(what, text));
        check(what, listed, byMap.hits, byTable.hits);
        if (round < 0) continue;
        times.map.push(byMap.ns);
        times.table.push(byTable.ns);
      }
      return { what, listed, ...times };
    }),
  );
}

function foundIn(what: What, text: string): readonly Listed[] {
  if (what === 'address') return table.matchAddress(text as Address);
  return what === 'domain' ? table.matchDomain(text) : table.matchHash(text);
}

/** Finds what is listed and reads of it what a verdict reads first. */
function timed(
  texts: readonly string[],
  find: (text: string) => readonly Listed[] | undefined,
): { readonly ns: number; readonly hits: number } {
  let hits = 0;
  const used = process.threadCpuUsage();
  for (const text of texts) if ((find(text)?.[0]?.confidence ?? 0) > 0) hits++;
  const { user, system } = process.threadCpuUsage(used);
  return { ns: ((user + system) * 1_000) / texts.length, hits };
}

/** An address may lie in a listed block, which the Maps do not know. */
function check(what: What, listed: boolean, byMap: number, byTable: number): void {
  const expected = listed ? QUESTIONS : 0;
  const isRight = byMap === expected && (what === 'address' ? byTable >= expected : byTable === expected);
  if (!isRight) {
    throw new Error(`bench: of ${QUESTIONS} ${what} questions the Maps found ${byMap}, the table ${byTable}`);
  }
}

function partsOf({ memory }: IndicatorTable): Record<string, number> {
  return Object.fromEntries(
    Object.entries(memory.arrays).map(([part, arrays]) => [
      part,
      Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0),
    ]),
  );
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
