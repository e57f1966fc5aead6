import { DAY_MS, type EpochMs, type FaultReporter } from '../model/index.ts';
import type { History, Reader } from '../store/index.ts';

/** Entities pruned at a time. */
const PRUNED_AT_ONCE = 50;

interface Kept {
  /** For so long history is kept. */
  readonly keptDays: number;
  /** What time it is, as far as it is believed. */
  readonly now: () => EpochMs;
}

/**
 * Forgets what is older than history is kept: once for each day, some entities at a time. It is gone for good: data of a
 * wrong clock may say that much time has passed, and this machine's clock too, but hardly both.
 */
export class HistoryPruning {
  keptDays: number;
  readonly #history: History;
  readonly #now: () => EpochMs;
  readonly #reportFault: FaultReporter;
  #prunedDay = Number.NEGATIVE_INFINITY;
  /** Of when the round is that is under way. */
  #round: EpochMs | null = null;
  /** Of readers, what was forgotten before they got it since that was told. */
  readonly #lostUntold = new Map<Reader['name'], number>();
  #readers: () => readonly Reader[] = () => [];

  constructor(history: History, { keptDays, now }: Kept, reportFault: FaultReporter) {
    this.#history = history;
    this.keptDays = keptDays;
    this.#now = now;
    this.#reportFault = reportFault;
  }

  /** Whom to tell of, from now on, when what they did not get is forgotten. */
  readBy(readers: () => readonly Reader[]): void {
    this.#readers = readers;
  }

  /**
   * @param fleetTime how far the fleet's time has come
   * @returns whether more is left
   * @throws Error where the file cannot be read or written
   */
  prune(fleetTime: EpochMs): boolean {
    const day = Math.floor(Math.min(fleetTime, this.#now()) / DAY_MS);
    const horizon = (day - this.keptDays) * DAY_MS;
    if (this.#prunedDay === day) return false;
    const { span } = this.#history;
    if (span === null || span.from > horizon) return false;
    const isDone = this.#history.isPruned(horizon) || !this.#pruneSome(horizon);
    if (isDone) this.#prunedDay = day;
    return !isDone;
  }

  #pruneSome(horizon: EpochMs): boolean {
    const readers = this.#readers();
    const lost = readers.map(({ name }) => this.#lostOf(name));
    const begun = (this.#round ??= horizon);
    const isGoingOn = this.#history.prune(horizon, PRUNED_AT_ONCE, readers);
    if (!isGoingOn) this.#round = null;
    // A round forgets up to where its first step said: many days may have passed since.
    const isMoreLeft = isGoingOn || begun < horizon;
    for (const [index, { name }] of readers.entries())
      this.#noteLost(name, this.#lostOf(name) - (lost[index] ?? 0), !isMoreLeft);
    return isMoreLeft;
  }

  #lostOf(reader: Reader['name']): number {
    return this.#history.forgotten(reader)?.changes ?? 0;
  }

  /** Told once, when no more is lost: it is forgotten in many steps. */
  #noteLost(reader: Reader['name'], more: number, isDone: boolean): void {
    const lost = (this.#lostUntold.get(reader) ?? 0) + more;
    if (lost > 0) this.#lostUntold.set(reader, lost);
    if (lost === 0 || (more > 0 && !isDone)) return;
    this.#lostUntold.delete(reader);
    const what = `${lost} changes that it did not get are older than history is kept (retention.history_days: ${this.keptDays}) and forgotten: they are not sent any more`;
    this.#reportFault(`output ${reader}`, new Error(what));
  }
}
