import type { Table } from '../columns/index.ts';
import { DAY_MS, type EpochMs, startOfDayUtc } from '../model/index.ts';

/** Contract §1: established at 00:00 UTC after 14 calendar days, the first day counting. */
const DAYS_TO_ESTABLISH = 14;
/** … with data on at least so many of them. */
const DAYS_WITH_DATA = 7;

/** In 2149: what is later counts as no further day. */
const LAST_DAY = 65_535;

/** How far the learning of each entity has come: the days on which there was something to learn. */
export class Learning {
  /** Days are numbered from 1970-01-01, which is 1: 0 is none. */
  readonly #firstDay;
  readonly #lastDay;
  readonly #daysWithData;
  /** The day with which there was data on enough of them. */
  readonly #enoughOn;

  constructor(rows: Table) {
    this.#firstDay = rows.u16('first_day');
    this.#lastDay = rows.u16('last_day');
    this.#daysWithData = rows.u16('days_with_data');
    this.#enoughOn = rows.u16('enough_on');
  }

  /** True with the first of a day. */
  note(row: number, time: EpochMs): boolean {
    const day = Math.min(LAST_DAY, Math.floor(time / DAY_MS) + 1);
    if (day <= this.#lastDay.at(row)) return false;
    if (this.#firstDay.at(row) === 0) this.#firstDay.set(row, day);
    this.#lastDay.set(row, day);
    const days = this.#daysWithData.at(row) + 1;
    this.#daysWithData.set(row, days);
    if (days === DAYS_WITH_DATA) this.#enoughOn.set(row, day);
    return true;
  }

  daysWithData(row: number): number {
    return this.#daysWithData.at(row);
  }

  /** The day from which the 14 days count: the earlier of enrolment and first event. */
  begin(row: number, enrolledAt: EpochMs | null): EpochMs | null {
    const firstDay = this.#firstDay.at(row);
    const first = firstDay === 0 ? null : (firstDay - 1) * DAY_MS;
    if (enrolledAt === null) return first;
    return Math.min(startOfDayUtc(enrolledAt), first ?? Number.POSITIVE_INFINITY);
  }

  establishedAt(row: number, enrolledAt: EpochMs | null, now: EpochMs): EpochMs | null {
    const begin = this.begin(row, enrolledAt);
    const enoughOn = this.#enoughOn.at(row);
    if (begin === null || enoughOn === 0) return null;
    // A day's number, counted from 1, is that of the midnight at its end.
    const at = Math.max(begin + DAYS_TO_ESTABLISH * DAY_MS, enoughOn * DAY_MS);
    return at <= now ? at : null;
  }

  /**
   * 0…1: the lesser of whole calendar days that passed and days with data, towards what establishing asks. It grows at
   * midnight and with a day's first event, never in between: what it decides follows from what was seen, not from
   * when somebody happened to look.
   */
  maturity(row: number, enrolledAt: EpochMs | null, now: EpochMs): number {
    const begin = this.begin(row, enrolledAt);
    if (begin === null) return 0;
    const calendar = Math.floor((now - begin) / DAY_MS) / DAYS_TO_ESTABLISH;
    return Math.max(0, Math.min(1, calendar, this.daysWithData(row) / DAYS_WITH_DATA));
  }
}
