/** What the aggregator's process is given, in JSON, as its one argument. Paths are absolute. */
export interface AggregatorProcessInput {
  readonly dir: string;
  /** The agreement's file. */
  readonly agreement: string;
  readonly host: string;
  /** 0: any. */
  readonly port: number;
  /** PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

/** What it says to whoever started it. To any message of theirs it answers with `usage`. */
export type AggregatorMessage =
  | { readonly what: 'listening'; readonly port: number; readonly cpuMicroseconds: number }
  | { readonly what: 'usage'; readonly cpuMicroseconds: number }
  | { readonly what: 'failed'; readonly code: string; readonly message: string };
