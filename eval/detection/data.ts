import { findAdapters } from './sets/find.ts';
import type { Found } from './sets/set.ts';
import { type Background, readBackground } from './telemetry/benign.ts';
import { readTrace, type Trace } from './telemetry/trace.ts';

export interface Data {
  readonly backgrounds: readonly Background[];
  readonly traces: readonly Trace[];
  readonly notes: readonly string[];
}

/** Finds and reads all that a data folder holds. */
export async function readData(folder: string, progress: (what: string) => void): Promise<Data> {
  const { found, notes } = await findAdapters(folder);
  const backgrounds: Background[] = [];
  const traces: Trace[] = [];
  for (const adapter of found) await readAll(adapter, backgrounds, traces, progress);
  const empty = traces
    .filter(({ events }) => events.length === 0)
    .map(({ name }) => `${name}: none of its events is the attack; left out`);
  return {
    backgrounds,
    traces: traces.filter(({ events }) => events.length > 0),
    notes: [...notes, ...empty],
  };
}

async function readAll(
  { folder, benign = [], attacks = [] }: Found,
  backgrounds: Background[],
  traces: Trace[],
  progress: (what: string) => void,
): Promise<void> {
  for (const set of benign) {
    progress(`reading ${set.name}`);
    const background = await readBackground(folder, set);
    if (background.observations.length > 0) backgrounds.push(background);
  }
  for (const trace of attacks) {
    progress(`reading ${trace.name}`);
    traces.push(await readTrace(folder, trace));
  }
}
