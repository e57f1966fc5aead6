import type { Engine } from '../engine/index.ts';
import { OperationError } from '../refusals/index.ts';

export function isSimulated({ sites }: Engine): boolean {
  return sites.some((site) => site === 'simulated');
}

/** Simulated and real telemetry in one directory would make every answer a lie. */
export function refuseMixing(engine: Engine, isForced: boolean): void {
  if (isForced || !isSimulated(engine)) return;
  throw new OperationError(
    'simulated_directory',
    'This directory holds a simulated fleet; real data would be mixed into it. Use another --data directory, or --force.',
  );
}
