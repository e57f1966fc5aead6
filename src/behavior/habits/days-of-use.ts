import { NO_ROW, SideLists, type Table, type Uint16Column, type Uint32Column } from '../../columns/index.ts';
import {
  DAY_MS,
  type EpochMs,
  type StateReader,
  type Stateful,
  type StateWriter,
} from '../../model/index.ts';

const MANY_DAYS = 255;

/**
 * Few things that each entity uses, by the number of days on which it did. Full, that of the fewest days gives way: what
 * comes once displaces what came once.
 */
export class DaysOfUse implements Stateful {
  readonly #used: SideLists;
  readonly #thing: Uint16Column | Uint32Column;
  readonly #days;
  /** The last day on which it was used, by the last eight bits of its number. */
  readonly #lastDay;

  /** @param thing the column in which a thing's number stands, and how wide it is */
  constructor(
    rows: Table,
    name: string,
    most: number,
    thing: { readonly name: string; readonly kind: 'u16' | 'u32' },
  ) {
    this.#used = new SideLists(rows, name, most);
    const { places } = this.#used;
    this.#thing = places[thing.kind](thing.name);
    this.#days = places.u8('days');
    this.#lastDay = places.u8('last_day');
  }

  /** Things remembered of the entity. */
  size(row: number): number {
    return this.#used.size(row);
  }

  /** True where it is new to the entity. */
  use(row: number, thing: number, time: EpochMs): boolean {
    const day = Math.floor(time / DAY_MS) & 0xff;
    const known = this.#used.find(row, (place) => this.#thing.at(place) === thing);
    if (known === NO_ROW) {
      const place = this.#used.add(
        row,
        (a, b) => this.#days.at(a) < this.#days.at(b),
        () => undefined,
      );
      this.#thing.set(place, thing);
      this.#days.set(place, 1);
      this.#lastDay.set(place, day);
      return true;
    }
    if (this.#lastDay.at(known) !== day) {
      this.#lastDay.set(known, day);
      this.#days.set(known, Math.min(MANY_DAYS, this.#days.at(known) + 1));
    }
    return false;
  }

  /** Whether it was used on a day before. */
  isOfEarlierDay(row: number, thing: number, time: EpochMs): boolean {
    const known = this.#used.find(row, (place) => this.#thing.at(place) === thing);
    if (known === NO_ROW) return false;
    return this.#days.at(known) > 1 || this.#lastDay.at(known) !== (Math.floor(time / DAY_MS) & 0xff);
  }

  end(row: number): void {
    this.#used.end(row, () => undefined);
  }

  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: DaysOfUse, row: number, otherRow: number): void {
    this.#used.moveTo(other.#used, row, otherRow, () => undefined);
  }

  save(to: StateWriter): void {
    this.#used.save(to);
  }

  load(from: StateReader): void {
    this.#used.load(from);
  }
}
