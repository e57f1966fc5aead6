import type { Entry } from './entry.ts';

/** One entry as a format's reader found it. */
export interface Line {
  /** 1-based. */
  readonly number: number;
  readonly entry: Entry;
  /** What the line says about the indicator; never kept as text. */
  readonly words: readonly string[];
  /** `null` where the line does not say. */
  readonly confidence: number | null;
}

/** What a format's reader made of the text. */
export type Lines =
  | { readonly ok: true; readonly lines: Iterable<Line> }
  | { readonly ok: false; readonly message: string };
