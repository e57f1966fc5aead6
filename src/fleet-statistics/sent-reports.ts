import { join } from 'node:path';
import { z } from 'zod';
import { BesideJournal } from '../data-directory/index.ts';
import type { EpochMs, Report, Round } from '../model/index.ts';
import { type Outcome, OUTCOMES } from './operations.ts';

const Entry = z.strictObject({
  round: z.int().min(0),
  to: z.string(),
  bytes: z.int().min(0),
  sha256: z.string(),
  devices: z.int().min(0),
  outcome: z.enum(OUTCOMES),
  at: z.number(),
  tries: z.int().min(0),
  destinations: z
    .array(z.strictObject({ to: z.string(), at: z.number(), unanswered: z.int().min(0) }))
    .optional(),
  problem: z.string().nullable(),
});
const ANSWERED: ReadonlySet<Outcome> = new Set(['taken', 'refused']);

/** Up to version 0.6.0 an entry had the last place alone, and nobody knows whether it left for there. */
const Written = z.record(
  z.string(),
  Entry.transform(({ destinations, ...entry }) => {
    const { to, at, outcome } = entry;
    const unanswered = ANSWERED.has(outcome) ? 0 : 1;
    return { ...entry, destinations: destinations ?? [{ to, at, unanswered }] };
  }),
);

/** A place to which a report left, or may have. */
interface Destination {
  /** Scheme, host and port. */
  readonly to: string;
  /** Of the last time. */
  readonly at: EpochMs;
  /** Times without an answer: whether it came there, nobody here knows. */
  readonly unanswered: number;
}

/** One report of this site, and what became of it, by the clock of this machine. */
export interface SentReport {
  readonly round: Round;
  /** Where it is sent now: scheme, host and port. */
  readonly to: string;
  readonly bytes: number;
  /** Of all that was sent, in hex. */
  readonly sha256: string;
  /** Told openly beside the ciphertext. */
  readonly devices: number;
  readonly outcome: Outcome;
  /** Of the last try. */
  readonly at: EpochMs;
  /** Also those of which nothing left this machine. */
  readonly tries: number;
  /** Each place to which it left; the configuration may have changed in between. */
  readonly destinations: readonly Destination[];
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
  const never = { tries: 0, destinations: [], problem: null };
  return { round, to, bytes, sha256, devices, outcome: 'waiting', at, ...never };
}

/** With a try that begins now: until it is known better, it left and nothing came back. */
export function trying(report: SentReport, to: string, at: EpochMs): SentReport {
  const before = report.destinations.find((each) => each.to === to);
  const others = report.destinations.filter((each) => each.to !== to);
  const destination = { to, at, unanswered: (before?.unanswered ?? 0) + 1 };
  const tries = report.tries + 1;
  return { ...report, to, at, tries, outcome: 'waiting', destinations: [...others, destination] };
}

/** Of a report with a try: that one was answered. */
export function answered(report: SentReport): SentReport {
  const destinations = report.destinations.map((each) =>
    each.to === report.to ? { ...each, unanswered: each.unanswered - 1 } : each,
  );
  return { ...report, destinations };
}

export function mayHaveArrived({ destinations }: SentReport): boolean {
  return destinations.some(({ unanswered }) => unanswered > 0);
}
