import type { EpochMs, FeedFormatName } from '../../model/index.ts';
import type { Found } from './found.ts';

/** The beginning of a file, by which its format is recognised. */
export interface Head {
  readonly lines: readonly string[];
  /** The lines that are no comments. */
  readonly rows: readonly string[];
}

/** What a reader may know of the feed beside its text. */
export interface FeedContext {
  readonly id: string;
  readonly head: Head;
}

/** What one line names; `null` for a comment or an empty line. Lines come in order, a reader may remember. */
export type LineReader = (line: string) => Found | readonly Found[] | null;

/** A list, read line by line. */
export interface TextFormat {
  readonly kind: 'text';
  readonly name: FeedFormatName;
  recognises(head: Head): boolean;
  /** Why it cannot be read at all, where that is so. */
  complaint?(head: Head): string | null;
  reader(context: FeedContext): LineReader;
  /** The file ends with a line without which it is cut off. */
  readonly isCutWithout?: RegExp;
}

/** JSON, read whole. */
export interface DocumentFormat {
  readonly kind: 'document';
  readonly name: FeedFormatName;
  /** `isNamed`: somebody says that it is of this format, so one without a record is taken for it. */
  recognises(document: unknown, isNamed: boolean): boolean;
  /** What each record names, in the document's order; `null` between two portions of other work. */
  read(document: unknown, context: { readonly now: EpochMs }): Iterable<readonly Found[] | null>;
}

const COMMENT = /^\s*(?:[#;!]|\/\/|$)/;

export function headOf(text: string): Head {
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  return { lines, rows: lines.filter((line) => !COMMENT.test(line)).slice(0, 50) };
}

/** What stands before the first of this mark. */
export function before(line: string, mark: string): string {
  const at = line.indexOf(mark);
  return at < 0 ? line : line.slice(0, at);
}

/** Of the rows, so many are of this form; `false` where there is none. */
export function mostly({ rows }: Head, form: RegExp, share = 0.8): boolean {
  return rows.length > 0 && rows.filter((row) => form.test(row)).length >= share * rows.length;
}
