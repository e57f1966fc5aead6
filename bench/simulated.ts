import { join } from 'node:path';
import { runChild } from './child.ts';
import type { Setting } from './measurement.ts';
import type { SimulateInput, SimulatedCounts } from './simulate-process.ts';

/** A data directory that a simulated fleet filled; nobody owns it any more. */
export interface Simulated extends SimulateInput, SimulatedCounts {}

const made = new Map<string, Promise<Simulated>>();

/** The same fleet serves every measurement of a run; whoever changes the directory works on a copy. */
export function simulated(
  { scratch, progress }: Setting,
  size: { readonly devices: number; readonly days: number },
): Promise<Simulated> {
  const { devices, days } = size;
  const dir = join(scratch, `simulated-${devices}-${days}`);
  let fleet = made.get(dir);
  if (fleet === undefined) {
    progress(`simulating ${devices} devices for ${days} days`);
    const input: SimulateInput = { dir, devices, days };
    fleet = runChild('simulate-process.ts', input, null).then((counts) => {
      return { ...input, ...(counts as SimulatedCounts) };
    });
    made.set(dir, fleet);
  }
  return fleet;
}
