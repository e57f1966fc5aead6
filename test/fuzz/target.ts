/** A seeded generator of chance: a whole number below `below`. */
export type Chance = (below: number) => number;

/** A reader that is fuzzed. */
export interface Target {
  readonly name: string;
  /** The next input. */
  readonly input: (chance: Chance) => string;
  /**
   * What is wrong with what the reader makes of it; `null` where nothing is, `REFUSED` where it rightly makes nothing of it.
   * What it throws is wrong, too.
   */
  readonly fault: (input: string, chance: Chance) => string | null;
}

/** The reader's own refusal. */
export const REFUSED = 'refused';

export interface Fuzzed {
  readonly name: string;
  readonly inputs: number;
  /** Of them were not refused. */
  readonly read: number;
  /** Milliseconds of CPU of the dearest input. */
  readonly slowestMs: number;
  /** The first fault, with the input that led to it. */
  readonly fault: string | null;
}

/** An input that costs more hangs; of CPU, as the machine may be busy. */
const MOST_MS = 1_000;
const SHOWN = 4_000;

/** Gives a reader so many inputs, until one shows a fault. */
export function fuzz({ name, input, fault }: Target, chance: Chance, inputs: number): Fuzzed {
  let slowestMs = 0;
  let read = 0;
  for (let nth = 0; nth < inputs; nth++) {
    const text = input(chance);
    const begun = process.threadCpuUsage();
    const found = faultOf(() => fault(text, chance));
    const { user, system } = process.threadCpuUsage(begun);
    const ms = (user + system) / 1_000;
    slowestMs = Math.max(slowestMs, ms);
    if (found === null) read++;
    const isSlow = ms > MOST_MS;
    if (!isSlow && (found === null || found === REFUSED)) continue;
    const wrong = isSlow ? `took ${Math.round(ms)} ms` : found;
    const shown = `${wrong}: ${JSON.stringify(text).slice(0, SHOWN)}`;
    return { name, inputs: nth + 1, read, slowestMs, fault: shown };
  }
  return { name, inputs, read, slowestMs, fault: null };
}

function faultOf(work: () => string | null): string | null {
  try {
    return work();
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}
