import type { Table } from '../columns/index.ts';
import type { Enrolment } from '../model/index.ts';

/** How an entity became one of the fleet, by number from 1; 0 for those that did not. */
const ENROLLED_BY = ['inventory', 'operator', 'certificate'] as const;
/** What most are. */
const DISCOVERED: Enrolment = Object.freeze({ state: 'discovered' });

/** Who of a table is one of the fleet, since when, and by whose word. */
export class Enrolments {
  readonly #by;
  readonly #at;
  /** The last that was told: many were enrolled at the same instant, and share what says so. */
  #last: Enrolment = DISCOVERED;

  constructor(rows: Table) {
    this.#by = rows.u8('enrolled_by');
    this.#at = rows.f64('enrolled_at');
  }

  at(row: number): Enrolment {
    const by = ENROLLED_BY[this.#by.at(row) - 1];
    if (by === undefined) return DISCOVERED;
    const at = this.#at.at(row);
    const last = this.#last;
    if (last.state === 'enrolled' && last.at === at && last.by === by) return last;
    this.#last = { state: 'enrolled', at, by };
    return this.#last;
  }

  set(row: number, enrolment: Enrolment): void {
    const isEnrolled = enrolment.state === 'enrolled';
    this.#by.set(row, isEnrolled ? ENROLLED_BY.indexOf(enrolment.by) + 1 : 0);
    this.#at.set(row, isEnrolled ? enrolment.at : 0);
  }
}
