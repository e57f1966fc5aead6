import type { SourceReport } from './source-watch.ts';

/** A configured source; without a report nobody follows it at this moment. */
export interface SourceStanding {
  readonly path: string;
  readonly report: SourceReport | null;
}
