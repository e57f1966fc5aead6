// Opens a data directory, takes in a log, and ends as a crash would: nothing is closed, no snapshot is written.
import { giveBack, inputOf } from './child.ts';
import { openDirectory } from './owned.ts';

export interface TailInput {
  readonly dir: string;
  readonly log: string;
}

export interface TailTaken {
  /** From the start of the process to the open directory. */
  readonly openSeconds: number;
  readonly accepted: number;
}

const { dir, log } = inputOf() as TailInput;
const directory = await openDirectory(dir, { simulated: true, isHistoryLost: true });
const openSeconds = performance.now() / 1_000;
const taken = await directory.operations.ingest(
  { paths: [log], site: 'simulated', sensor: null, force: true, asNew: false },
  () => undefined,
);
giveBack({ openSeconds, accepted: taken.accepted } satisfies TailTaken);
process.exit(0);
