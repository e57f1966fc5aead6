import { type FileSummary, LIMITS, type Reading, type Refusal, type RefusedRecord } from '../model/index.ts';
import type { Framing } from './record-splitter.ts';

/** What became of one record: a record enters whole, is refused, is known already, or is passed over. */
export type Fate = 'accepted' | 'duplicates';

/**
 * Counts what became of the records of one file. A record that states several things counts once, so
 * that `read` is always the sum of `accepted`, `refused`, `duplicates` and `skipped`.
 */
export class Tally {
  readonly path: string;
  readonly format: string;
  readonly framing: Framing;
  /** Why the file could not be read to its end. */
  fault: string | null = null;
  /** Whether the file has been read to its end. */
  isDone = false;
  readonly #counts = { accepted: 0, refused: 0, duplicates: 0, skipped: 0 };
  readonly #refusals: RefusedRecord[] = [];
  readonly #reasons: Partial<Record<Refusal, number>> = {};
  readonly #skips = new Map<string, number>();

  constructor(path: string, format: string, framing: Framing = 'lines') {
    this.path = path;
    this.format = format;
    this.framing = framing;
  }

  count(fate: Fate, records = 1): void {
    this.#counts[fate] += records;
  }

  /** What was counted as accepted turned out to be known. */
  wereKnown(count: number): void {
    this.#counts.accepted -= count;
    this.#counts.duplicates += count;
  }

  refuse(line: number, { reason, field }: Extract<Reading, { kind: 'refused' }>): void {
    this.#counts.refused++;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
    if (this.#refusals.length < LIMITS.refusalsPerFile) this.#refusals.push({ line, reason, field });
  }

  skip(what: string): void {
    this.#counts.skipped++;
    const isNew = !this.#skips.has(what);
    const name = isNew && this.#skips.size >= LIMITS.skippedKindsPerFile ? 'other' : what;
    this.#skips.set(name, (this.#skips.get(name) ?? 0) + 1);
  }

  summary(): FileSummary {
    const { accepted, refused, duplicates, skipped } = this.#counts;
    return {
      path: this.path,
      format: this.format,
      ...(this.framing === 'values' ? { framing: this.framing } : {}),
      read: accepted + refused + duplicates + skipped,
      accepted,
      refused,
      duplicates,
      skipped,
      refusals: [...this.#refusals],
      reasons: { ...this.#reasons },
      skips: Object.fromEntries(this.#skips),
      ...(this.fault === null ? {} : { fault: this.fault }),
    };
  }
}
