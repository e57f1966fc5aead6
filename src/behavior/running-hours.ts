import type { Table, Uint16Column } from '../columns/index.ts';
import { type EpochMs, HOUR_MS } from '../model/index.ts';
import type { HourCounts } from './rates.ts';

/** More of what is seldom says no more. */
const MANY = 65_535;

/** What a connection that an entity opens is to it. */
export interface Venture {
  /** Its destination is met for the first time. */
  readonly isNew: boolean;
  /** … or was not long ago. */
  readonly isNovel: boolean;
  /** It takes hold of a machine inside that it did not hold, or not for long. */
  readonly isHold: boolean;
  readonly hasFailed: boolean;
}

/** The hour that each entity is in, numbered from 1970-01-01T00Z, and what it has done in it. */
export class RunningHours {
  /** One more than the hour's number; 0 before the first. */
  readonly #hour;
  readonly #emptyBefore;
  readonly #opened;
  readonly #answered;
  readonly #bytesSent;
  /** Distinct destinations met for the first time since the hour began. */
  readonly #newDestinations;
  readonly #failed;
  readonly #novel;
  readonly #reached;
  readonly #nextJudgement;

  constructor(rows: Table) {
    this.#hour = rows.u32('hour');
    this.#emptyBefore = rows.u16('empty_before');
    this.#opened = rows.u32('opened');
    this.#answered = rows.u32('answered');
    this.#bytesSent = rows.f32('bytes_sent');
    this.#newDestinations = rows.u16('new_destinations');
    this.#failed = rows.u16('failed');
    this.#novel = rows.u16('novel');
    this.#reached = rows.u16('reached');
    this.#nextJudgement = rows.u32('next_judgement');
  }

  hour(row: number): number | null {
    const hour = this.#hour.at(row);
    return hour === 0 ? null : hour - 1;
  }

  /** Whether the instant is in it. */
  isAt(row: number, time: EpochMs): boolean {
    return this.#hour.at(row) === Math.floor(time / HOUR_MS) + 1;
  }

  /** @param emptyBefore hours before it that were empty, should it be confirmed */
  startAt(row: number, hour: number, emptyBefore: number): void {
    this.#hour.set(row, hour + 1);
    this.#emptyBefore.set(row, emptyBefore);
    this.#opened.set(row, 0);
    this.#answered.set(row, 0);
    this.#bytesSent.set(row, 0);
    this.#newDestinations.set(row, 0);
    this.#failed.set(row, 0);
    this.#novel.set(row, 0);
    this.#reached.set(row, 0);
    this.#nextJudgement.set(row, 0);
  }

  count(row: number, isOutbound: boolean, bytesSent: number): void {
    const connections = isOutbound ? this.#opened : this.#answered;
    connections.set(row, connections.at(row) + 1);
    if (bytesSent > 0) this.#bytesSent.set(row, this.#bytesSent.at(row) + bytesSent);
  }

  /** Counts what a connection that it opens is. */
  venture(row: number, { isNew, isNovel, isHold, hasFailed }: Venture): void {
    if (isNew) add(this.#newDestinations, row);
    if (isNovel) add(this.#novel, row);
    if (isHold) add(this.#reached, row);
    if (hasFailed) add(this.#failed, row);
  }

  /** Judged again each time that it has grown by a tenth. */
  isToBeJudged(row: number): boolean {
    const seen = this.connections(row) + this.#newDestinations.at(row);
    if (seen < this.#nextJudgement.at(row)) return false;
    this.#nextJudgement.set(row, Math.ceil(seen * 1.1) + 1);
    return true;
  }

  connections(row: number): number {
    return this.#opened.at(row) + this.#answered.at(row);
  }

  newDestinations(row: number): number {
    return this.#newDestinations.at(row);
  }

  counts(row: number): HourCounts {
    return {
      opened: this.#opened.at(row),
      answered: this.#answered.at(row),
      volume: magnitude(this.#bytesSent.at(row)),
      newDestinations: this.#newDestinations.at(row),
      failed: this.#failed.at(row),
      novel: this.#novel.at(row),
      reached: this.#reached.at(row),
      occupied: this.connections(row) > 0 ? 1 : 0,
    };
  }

  emptyBefore(row: number): number {
    return this.#emptyBefore.at(row);
  }

  /** The empty hours before it were learnt. */
  confirm(row: number): void {
    this.#emptyBefore.set(row, 0);
  }
}

/** Whole powers of two: 0 for nothing, 11 for a kilobyte, 21 for a megabyte. */
function magnitude(bytes: number): number {
  return bytes <= 0 ? 0 : Math.floor(Math.log2(bytes)) + 1;
}

function add(column: Uint16Column, row: number): void {
  column.set(row, Math.min(MANY, column.at(row) + 1));
}
