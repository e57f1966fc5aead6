import type { JournalRecord } from '../model/index.ts';

/** The engine failed on a record that is on disk: a defect of Stance, and the same at every start of this release. */
export class EngineFault extends Error {
  readonly number: number;
  readonly record: JournalRecord;
  /** What failed, and where in the program. */
  readonly where: string;

  constructor(number: number, record: JournalRecord, cause: Error) {
    super(`the engine failed on record ${number} of the journal (${record.kind})`, { cause });
    this.number = number;
    this.record = record;
    this.where = whereItFailed(cause);
  }
}

/**
 * Whether it is a defect that only another engine mends. What is told with a code is of the disk, the keys, a snapshot or
 * the history, but for what Node says of wrong types and ranges; and memory may be there at the next start.
 */
export function isOfTheEngine(cause: unknown): cause is Error {
  if (!(cause instanceof Error)) return false;
  if (cause.message === 'Array buffer allocation failed') return false;
  return cause instanceof TypeError || cause instanceof RangeError || !('code' in cause);
}

/** A frame of a stack, `at fold (file:///…/engine/partition.ts:12:5)`: the last folder is enough. */
const FRAME = /^ +at (?:(?<what>[\w.#<> ]+) \()?(?:file:\/\/)?\/\S*?(?<place>[^/\s]+\/[^/\s]+:\d+):\d+\)?$/m;

/** Without the error's own words: they may quote what the record says. */
function whereItFailed({ name, stack = '' }: Error): string {
  const { what, place } = FRAME.exec(stack)?.groups ?? {};
  if (place === undefined) return name;
  return what === undefined ? `${name} in ${place}` : `${name} in ${what} (${place})`;
}
