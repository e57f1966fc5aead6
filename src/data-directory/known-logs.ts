import { join } from 'node:path';
import { z } from 'zod';
import { dropOldest, type FaultReporter, LIMITS, MINUTE_MS } from '../model/index.ts';
import type { Checkpoint } from '../sources/index.ts';
import { BesideJournal } from './beside-journal.ts';

/** Below the data directory. */
export const KNOWN_LOGS = 'known-logs.json';
/** Place and checksum by turns. */
const Written = z.record(z.string(), z.array(z.number()));
/** What was read since is compared by less after a crash. */
const KEEP_EVERY_MS = 5 * MINUTE_MS;

/**
 * What the bytes of each log were, up to where it was taken in: checksums, which tell whether a file that begins alike is
 * the same log. They stand beside the journal, and are backed up; of a log of which they are lost nothing is compared until
 * it is read again.
 */
export class KnownLogs {
  readonly #dir: string;
  readonly #reportFault: FaultReporter;
  /** Read when it is first needed: most commands read no logs. */
  #file: Promise<BesideJournal<number[]>> | null = null;
  #isChanged = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(dir: string, reportFault: FaultReporter) {
    this.#dir = dir;
    this.#reportFault = reportFault;
  }

  async of(producer: string): Promise<readonly Checkpoint[]> {
    const { known } = await this.#opened();
    const written = known.get(producer) ?? [];
    const checkpoints: Checkpoint[] = [];
    for (let index = 0; index + 1 < written.length; index += 2) {
      checkpoints.push({ at: written[index] as number, sum: written[index + 1] as number });
    }
    return checkpoints;
  }

  async remember(producer: string, checkpoints: readonly Checkpoint[]): Promise<void> {
    const { known } = await this.#opened();
    // The one that was read last comes last.
    if (!known.delete(producer) && known.size >= LIMITS.knownLogs) dropOldest(known);
    known.set(
      producer,
      checkpoints.flatMap(({ at, sum }) => [at, sum]),
    );
    this.#isChanged = true;
    this.#timer ??= setTimeout(() => void this.keep(), KEEP_EVERY_MS).unref();
  }

  /** Writes what is not on disk yet. What fails is told: the records themselves are in the journal. */
  async keep(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const file = await this.#file;
    if (file === null || !this.#isChanged) return;
    this.#isChanged = false;
    try {
      await file.keep();
    } catch (cause) {
      this.#isChanged = true;
      this.#reportFault('logs', cause);
    }
  }

  #opened(): Promise<BesideJournal<number[]>> {
    this.#file ??= BesideJournal.open(join(this.#dir, KNOWN_LOGS), Written);
    return this.#file;
  }
}
