import type { Float64Column, Table } from '../columns/index.ts';
import type { EpochMs } from '../model/index.ts';

/**
 * `aging`: some factor changes by time alone. `leaving`: a stranger may have been gone for long enough to leave.
 * `offline`: it should have been heard by now.
 */
export type DeadlineKind = (typeof KINDS)[number];

const KINDS = ['aging', 'leaving', 'offline'] as const;
const CODES: Readonly<Record<DeadlineKind, number>> = { aging: 0, leaving: 1, offline: 2 };
/** No deadline. Time begins with 1970: no record is of before. */
const NONE = 0;

interface Due {
  readonly row: number;
  readonly kind: DeadlineKind;
}

/**
 * What happens because of time alone. One deadline per row and kind; setting it again moves it.
 * A binary heap of numbers in the total order (time, row, kind); entries that were moved are passed over when they
 * come up. The heap follows from the columns, and so is not saved.
 */
export class Deadlines {
  readonly #current: readonly Float64Column[];
  readonly #times: number[] = [];
  /** Row and kind, in the order of `#times`. */
  readonly #whose: number[] = [];
  #live = 0;

  constructor(table: Table) {
    this.#current = KINDS.map((kind) => table.f64(kind));
  }

  has(row: number, kind: DeadlineKind): boolean {
    return this.#column(CODES[kind]).at(row) !== NONE;
  }

  at(row: number, kind: DeadlineKind): EpochMs | null {
    const at = this.#column(CODES[kind]).at(row);
    return at === NONE ? null : at;
  }

  set(row: number, kind: DeadlineKind, at: EpochMs | null): void {
    const column = this.#column(CODES[kind]);
    const before = column.at(row);
    const after = at ?? NONE;
    if (before === after) return;
    column.set(row, after);
    if (before !== NONE) this.#live--;
    if (after === NONE) return;
    this.#live++;
    this.#push(after, row * KINDS.length + CODES[kind]);
    if (this.#times.length > 64 && this.#times.length > 4 * this.#live) this.#compact();
  }

  /** To be called before its row is given up. */
  clear(row: number): void {
    for (const kind of KINDS) this.set(row, kind, null);
  }

  /** The next deadline at or before `now`, removed; `null` when none is due. */
  takeDue(now: EpochMs): Due | null {
    while (this.#times.length > 0 && (this.#times[0] as number) <= now) {
      const at = this.#times[0] as number;
      const whose = this.#whose[0] as number;
      this.#pop();
      if (!this.#isCurrent(at, whose)) continue;
      const row = Math.floor(whose / KINDS.length);
      const kind = KINDS[whose % KINDS.length] as DeadlineKind;
      this.set(row, kind, null);
      return { row, kind };
    }
    return null;
  }

  /** After the table was loaded. */
  restore(rows: Iterable<number>): void {
    for (const row of rows) {
      for (const [code, column] of this.#current.entries()) {
        if (column.at(row) === NONE) continue;
        this.#times.push(column.at(row));
        this.#whose.push(row * KINDS.length + code);
      }
    }
    this.#live = this.#times.length;
    // From the last parent to the first (Floyd 1964): linear, where pushing one by one is not.
    for (let place = (this.#times.length >> 1) - 1; place >= 0; place--) {
      this.#sink(this.#times[place] as number, this.#whose[place] as number, place);
    }
  }

  /** Not moved since it was set. */
  #isCurrent(at: number, whose: number): boolean {
    return this.#column(whose % KINDS.length).at(Math.floor(whose / KINDS.length)) === at;
  }

  #column(code: number): Float64Column {
    return this.#current[code] as Float64Column;
  }

  #compact(): void {
    const live = this.#times.map((at, i) => ({ at, whose: this.#whose[i] as number }));
    this.#times.length = 0;
    this.#whose.length = 0;
    for (const { at, whose } of live) if (this.#isCurrent(at, whose)) this.#push(at, whose);
  }

  #push(at: number, whose: number): void {
    const times = this.#times;
    let place = times.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (!isBefore(at, whose, times[parent] as number, this.#whose[parent] as number)) break;
      this.#move(parent, place);
      place = parent;
    }
    times[place] = at;
    this.#whose[place] = whose;
  }

  #pop(): void {
    const at = this.#times.pop() as number;
    const whose = this.#whose.pop() as number;
    if (this.#times.length > 0) this.#sink(at, whose, 0);
  }

  /** Puts an entry where it belongs at or below a place, whose own entry it takes the place of. */
  #sink(at: number, whose: number, from: number): void {
    const length = this.#times.length;
    let place = from;
    for (let child = 2 * place + 1; child < length; child = 2 * place + 1) {
      if (child + 1 < length && this.#isBefore(child + 1, child)) child++;
      if (!isBefore(this.#times[child] as number, this.#whose[child] as number, at, whose)) break;
      this.#move(child, place);
      place = child;
    }
    this.#times[place] = at;
    this.#whose[place] = whose;
  }

  #isBefore(a: number, b: number): boolean {
    const { [a]: timeA = 0, [b]: timeB = 0 } = this.#times;
    return isBefore(timeA, this.#whose[a] as number, timeB, this.#whose[b] as number);
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#times[from] as number;
    this.#whose[to] = this.#whose[from] as number;
  }
}

function isBefore(timeA: number, whoseA: number, timeB: number, whoseB: number): boolean {
  return timeA !== timeB ? timeA < timeB : whoseA < whoseB;
}
