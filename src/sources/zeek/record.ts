import type { Refusal } from '../../model/index.ts';

/** The end of the year 9999, to which a certificate without a well-defined end is valid (RFC 5280 §4.1.2.5). */
export const LAST_MILLIS = Date.UTC(10_000, 0, 1) - 1;

/**
 * One record of a Zeek log, read by field name in Zeek's own spelling (`id.orig_h`), whatever the
 * file's form and column order. Only the fields that are asked for are ever decoded.
 *
 * An absent, unset (`-`) or empty (`(empty)`) field is `null`. A field of the wrong type refuses the
 * record: the first fault is kept in `fault`, and the value reads as `null`.
 */
export interface ZeekRecord {
  readonly fault: Fault | null;
  text(field: string): string | null;
  /** A set or vector; empty where unset. */
  texts(field: string): readonly string[];
  /** An unsigned integer. */
  count(field: string): number | null;
  /** A point in time or an interval, in whole microseconds (Zeek's resolution). */
  micros(field: string): number | null;
  /** A point in time of any year up to 9999, in whole milliseconds: in microseconds it would be no exact number. */
  millis(field: string): number | null;
  bool(field: string): boolean | null;
  has(field: string): boolean;
  /** Refuses the record; the first refusal stands. */
  refuse(reason: Refusal, field: string): null;
}

export interface Fault {
  readonly reason: Refusal;
  readonly field: string;
}
