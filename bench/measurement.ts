import type { Figure, Key } from './figure.ts';

export interface Setting {
  /** A few seconds, for trying out; such figures say little. */
  readonly quick: boolean;
  /** An own folder on a real disk, gone after the run. */
  readonly scratch: string;
  /** Where profiles of the hot path are wanted; `null` for none. */
  readonly profile: string | null;
  /** Whether a key is asked for: what serves no such key need not be measured. */
  readonly isWanted: (key: Key) => boolean;
  readonly progress: (what: string) => void;
}

/** One subject, measured by one file. */
export interface Measurement {
  readonly keys: readonly Key[];
  measure(setting: Setting): Promise<readonly Figure[]>;
}
