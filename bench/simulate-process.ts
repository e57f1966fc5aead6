// Simulates a fleet into an empty data directory, as the command line does, and closes it.
import { giveBack, inputOf } from './child.ts';
import { openDirectory } from './owned.ts';

export interface SimulateInput {
  readonly dir: string;
  readonly devices: number;
  readonly days: number;
}

export interface SimulatedCounts {
  readonly entities: number;
  readonly events: number;
  readonly records: number;
}

const UNTIL = '2026-05-21T09:00:00Z';
const { dir, devices, days } = inputOf() as SimulateInput;

const directory = await openDirectory(dir, { simulated: true });
await directory.operations.simulate({ seed: 1, until: UNTIL, days, devices }, () => undefined);
const { entities, events, records } = await directory.operations.status({ hash: false });
await directory.close();
giveBack({ entities, events, records } satisfies SimulatedCounts);
