import { NO_ROW, SideRows, type Table, type PackedTexts } from '../../columns/index.ts';
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
  readonly #windows;
  readonly #told;
  readonly #toldAt;
  readonly #recent: RecentDistinct;

  constructor(rows: Table, name: string, texts: PackedTexts, capacity: number) {
    this.#windows = new SideRows(rows, name);
    this.#told = this.#windows.table.u32('told');
    this.#toldAt = this.#windows.table.f64('told_at');
    this.#recent = new RecentDistinct(this.#windows.table, texts, WINDOW_MS, capacity);
  }

  see(row: number, target: Target, time: EpochMs): void {
    this.#recent.add(this.#windows.make(row), target, time);
  }

  /** A text once, whatever its port: 0 where it was met at several. */
  seeText(row: number, target: Target, time: EpochMs): void {
    this.#recent.addText(this.#windows.make(row), target, time);
  }

  /** Distinct targets within the window. */
  size(row: number): number {
    const window = this.#windows.at(row);
    return window === NO_ROW ? 0 : this.#recent.size(window);
  }

  /** The targets within the window, the oldest first. */
  targets(row: number): readonly Target[] {
    const window = this.#windows.at(row);
    return window === NO_ROW ? [] : this.#recent.targets(window);
  }

  withPort(row: number, port: number): number {
    return this.#recent.withPort(this.#windows.at(row), port);
  }

  withPortSince(row: number, port: number, since: EpochMs): number {
    return this.#recent.withPortSince(this.#windows.at(row), port, since);
  }

  withText(row: number, text: string): number {
    return this.#recent.withText(this.#windows.at(row), text);
  }

  /** The ports with which a text was met since. */
  portsSince(row: number, text: string, since: EpochMs): readonly number[] {
    const window = this.#windows.at(row);
    return window === NO_ROW ? [] : this.#recent.portsSince(window, text, since);
  }

  /** The count that was told last; 0 where nothing was. */
  told(row: number): number {
    return this.#told.at(this.#windows.at(row));
  }

  toldAt(row: number): EpochMs {
    return this.#toldAt.at(this.#windows.at(row));
  }

  tell(row: number, count: number, time: EpochMs): void {
    this.#told.set(this.#windows.at(row), count);
    this.#toldAt.set(this.#windows.at(row), time);
  }

  /** What was told was not raised. */
  askAgain(row: number): void {
    if (this.#windows.at(row) !== NO_ROW) this.tell(row, 0, 0);
  }

  /** Frees a window of which nothing can matter any more. */
  forget(row: number, now: EpochMs): void {
    const window = this.#windows.at(row);
    if (window === NO_ROW) return;
    const since = now - FORGOTTEN_AFTER_MS;
    if (this.#toldAt.at(window) <= since && this.#recent.isFrom(window, since)) this.end(row);
  }

  end(row: number): void {
    const window = this.#windows.at(row);
    if (window === NO_ROW) return;
    this.#recent.end(window);
    this.#windows.end(row);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Watch, row: number, otherRow: number): void {
    const moved = this.#windows.moveTo(other.#windows, row, otherRow);
    if (moved === null) return;
    other.#recent.begin(moved.to);
    this.#recent.moveTo(other.#recent, moved.from, moved.to);
  }

  save(to: StateWriter): void {
    this.#windows.save(to.part('windows'));
    this.#recent.save(to.part('targets'));
  }

  load(from: StateReader): void {
    this.#windows.load(from.part('windows'));
    this.#recent.load(from.part('targets'));
  }
}
