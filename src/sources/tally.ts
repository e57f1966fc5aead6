import type { Difference, EarlyEnd } from './comparison.ts';
import { type FileSummary, LIMITS, type Reading, type Refusal, type RefusedRecord } from '../model/index.ts';
import type { Framing } from './record-splitter.ts';

const OF_ITS_OWN =
  'it begins like a log that was taken in, and is taken as one of its own: records that both hold count twice';

function anotherLog({ from, before }: Difference): string {
  return (
    `it begins like a log that was taken in, but from a byte between ${from} and ${before} on it is another: an extract, ` +
    'or a changed copy. Nothing of it was taken; stance ingest --as-new takes a file as a log of its own, so that ' +
    'records that both hold count twice'
  );
}

function endsEarly({ from, to, takenTo }: EarlyEnd): string {
  return (
    `it ends at byte ${to}, and a log that begins like it was taken in up to byte ${takenTo}: its records from byte ` +
    `${from} on could not be compared and count as duplicates`
  );
}

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
  earlyEnd: EarlyEnd | null = null;
  /** Whether it begins like a log that was taken in, and is taken as one of its own. */
  isOfItsOwn = false;
  #difference: Difference | null = null;
  #counts = { accepted: 0, refused: 0, duplicates: 0, skipped: 0 };
  #refusals: RefusedRecord[] = [];
  #reasons: Partial<Record<Refusal, number>> = {};
  readonly #skips = new Map<string, number>();

  constructor(path: string, format: string, framing: Framing = 'lines') {
    this.path = path;
    this.format = format;
    this.framing = framing;
  }

  /** Whether it begins like a log that was taken in, is another, and is not taken. */
  get isAnother(): boolean {
    return this.#difference !== null;
  }

  /** Nothing of it was taken, and nothing is counted. */
  isAnotherFrom(difference: Difference): void {
    this.beginAnew();
    this.#difference = difference;
    this.isDone = true;
  }

  /** It is read again from its start. */
  beginAnew(): void {
    this.#counts = { accepted: 0, refused: 0, duplicates: 0, skipped: 0 };
    this.#refusals = [];
    this.#reasons = {};
    this.#skips.clear();
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
      ...(this.isAnother ? { isAnother: true } : {}),
      ...stated('fault', this.#difference === null ? this.fault : anotherLog(this.#difference)),
      ...stated('note', this.#note()),
    };
  }

  #note(): string | null {
    if (this.isOfItsOwn) return OF_ITS_OWN;
    return this.earlyEnd === null ? null : endsEarly(this.earlyEnd);
  }
}

function stated<K extends string>(key: K, text: string | null): { [key in K]?: string } {
  return text === null ? {} : ({ [key]: text } as { [key in K]: string });
}
