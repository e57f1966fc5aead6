import { join } from 'node:path';
import { z } from 'zod';
import type { EpochMs, Report, Round } from '../../model/index.ts';
import { BesideJournal } from '../intel/beside-journal.ts';
import { type Outcome, OUTCOMES } from './operations.ts';

const Written = z.record(
  z.string(),
  z.strictObject({
    round: z.int().min(0),
    to: z.string(),
    bytes: z.int().min(0),
    sha256: z.string(),
    devices: z.int().min(0),
    outcome: z.enum(OUTCOMES),
    at: z.number(),
    tries: z.int().min(0),
    problem: z.string().nullable(),
  }),
);

/** One report of this site, and what became of it, by the clock of this machine. */
export interface SentReport {
  readonly round: Round;
  /** Scheme, host and port. */
  readonly to: string;
  readonly bytes: number;
  /** Of all that was sent, in hex. */
  readonly sha256: string;
  /** Told openly beside the ciphertext. */
  readonly devices: number;
  readonly outcome: Outcome;
  /** Of the last try. */
  readonly at: EpochMs;
  readonly tries: number;
  readonly problem: string | null;
}

const FILE = 'fleet-reports.json';
/** More than a year of days, or three weeks of hours. */
const KEPT = 512;

/**
 * What this site told others: each report with its size, its fingerprint, when, and to whom. It stands beside the
 * journal: it says nothing of any posture.
 */
export class SentReports {
  readonly #file: BesideJournal<SentReport>;

  private constructor(file: BesideJournal<SentReport>) {
    this.#file = file;
  }

  static async open(dir: string): Promise<SentReports> {
    return new SentReports(await BesideJournal.open(join(dir, FILE), Written));
  }

  of(round: Round): SentReport | null {
    return this.#file.known.get(`${round}`) ?? null;
  }

  /** Newest first. */
  all(): readonly SentReport[] {
    return [...this.#file.known.values()].toSorted((a, b) => b.round - a.round);
  }

  /** Failures in a row, up to now. */
  get failures(): number {
    const [newest] = this.all();
    return newest?.outcome === 'waiting' ? newest.tries : 0;
  }

  async note(report: SentReport): Promise<void> {
    const { known } = this.#file;
    known.set(`${report.round}`, report);
    for (const { round } of this.all().slice(KEPT)) known.delete(`${round}`);
    await this.#file.keep();
  }
}

/** Of a report that was made, before it is sent. */
export function prepared(report: Report, sha256: string, to: string, at: EpochMs): SentReport {
  const { round, count: devices } = report.header;
  const bytes = report.bytes.length;
  return { round, to, bytes, sha256, devices, outcome: 'waiting', at, tries: 0, problem: null };
}
