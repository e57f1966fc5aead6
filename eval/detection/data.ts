import { findAdapters } from './sets/find.ts';
import type { Found } from './sets/set.ts';
import { type Background, readBackground } from './telemetry/benign.ts';
import { readTrace, type Trace } from './telemetry/trace.ts';

export interface Data {
  readonly backgrounds: readonly Background[];
  readonly traces: readonly Trace[];
  readonly notes: readonly string[];
}

/** Finds and reads all that these folders hold. */
export async function readData(folders: readonly string[], progress: (what: string) => void): Promise<Data> {
  const backgrounds: Background[] = [];
  const traces: Trace[] = [];
  const notes: string[] = [];
  for (const folder of folders) {
    const adapters = await findAdapters(folder);
    notes.push(...adapters.notes);
    for (const adapter of adapters.found) await readAll(adapter, backgrounds, traces, progress);
  }
  for (const { name, events } of traces) {
    if (events.length === 0) notes.push(`${name}: none of its events is the attack; left out`);
  }
  return { backgrounds, traces: traces.filter(({ events }) => events.length > 0), notes };
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

/**
 * Only attacks of these families.
 *
 * @throws RangeError where a family has none
 */
export function ofFamilies(traces: readonly Trace[], families: readonly string[]): readonly Trace[] {
  const held = new Set(traces.map(({ family }) => family));
  const unknown = families.find((each) => !held.has(each));
  if (unknown === undefined) return traces.filter(({ family }) => families.includes(family));
  throw new RangeError(`--families: "${unknown}" given, the data has ${[...held].sort().join(', ')}`);
}
