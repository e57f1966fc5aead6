import { Table, type PackedTexts } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  HOUR_MS,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';
import { RecentDistinct, type Target } from './recent-distinct.ts';

/** How far back a detector looks. */
export const WINDOW_MS = HOUR_MS;
/** What has left the window is forgotten only a day later: a clock that was ahead for a moment forgets nothing. */
const FORGOTTEN_AFTER_MS = WINDOW_MS + DAY_MS;

/**
 * What a detector has seen of late of each entity, and how much of it was told. An entity in which it has seen
 * nothing, or nothing of late, has no window.
 */
export class Watch implements Stateful {
  /** The entity's window, from 1; 0 for none. */
  readonly #window;
  readonly #windows = new Table();
  readonly #told = this.#windows.u32('told');
  readonly #toldAt = this.#windows.f64('told_at');
  readonly #recent: RecentDistinct;

  constructor(rows: Table, name: string, texts: PackedTexts, capacity: number) {
    this.#window = rows.u32(name);
    this.#recent = new RecentDistinct(this.#windows, texts, WINDOW_MS, capacity);
  }

  see(row: number, target: Target, time: EpochMs): void {
    if (this.#window.at(row) === 0) this.#window.set(row, this.#windows.add() + 1);
    this.#recent.add(this.#of(row), target, time);
  }

  /** Distinct targets within the window. */
  size(row: number): number {
    return this.#window.at(row) === 0 ? 0 : this.#recent.size(this.#of(row));
  }

  withPort(row: number, port: number): number {
    return this.#recent.withPort(this.#of(row), port);
  }

  withText(row: number, text: string): number {
    return this.#recent.withText(this.#of(row), text);
  }

  /** The count that was told last; 0 where nothing was. */
  told(row: number): number {
    return this.#told.at(this.#of(row));
  }

  toldAt(row: number): EpochMs {
    return this.#toldAt.at(this.#of(row));
  }

  tell(row: number, count: number, time: EpochMs): void {
    this.#told.set(this.#of(row), count);
    this.#toldAt.set(this.#of(row), time);
  }

  /** Frees a window of which nothing can matter any more. */
  forget(row: number, now: EpochMs): void {
    if (this.#window.at(row) === 0) return;
    const since = now - FORGOTTEN_AFTER_MS;
    if (this.#toldAt.at(this.#of(row)) <= since && this.#recent.isFrom(this.#of(row), since)) this.end(row);
  }

  end(row: number): void {
    if (this.#window.at(row) === 0) return;
    this.#recent.end(this.#of(row));
    this.#windows.remove(this.#of(row));
    this.#window.set(row, 0);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Watch, row: number, otherRow: number): void {
    if (this.#window.at(row) === 0) return;
    const window = other.#windows.add();
    other.#window.set(otherRow, window + 1);
    other.tell(otherRow, this.told(row), this.toldAt(row));
    this.#recent.moveTo(other.#recent, this.#of(row), window);
  }

  save(to: StateWriter): void {
    this.#windows.save(to.part('windows'));
    this.#recent.save(to.part('targets'));
  }

  load(from: StateReader): void {
    this.#windows.load(from.part('windows'));
    this.#recent.load(from.part('targets'));
  }

  #of(row: number): number {
    return this.#window.at(row) - 1;
  }
}
