import type { Deadlines } from './deadlines.ts';
import type { EntityRows } from './entity-rows.ts';
import type { Histories } from './histories.ts';
import type { PartitionSums } from './partition-sums.ts';
import type { Standings } from './standings.ts';

/** What a partition keeps of its entities' postures. */
export interface Kept {
  readonly rows: EntityRows;
  readonly histories: Histories;
  readonly standings: Standings;
  readonly deadlines: Deadlines;
  readonly sums: PartitionSums;
}
