import type { Sighting, Sightings } from '../exposure/index.ts';
import type { Anomaly } from '../model/index.ts';
import type { Coverage, Violation, Violations } from '../policy/index.ts';
import type { MovingHistory } from './histories.ts';
import type { Standing } from './standing.ts';
import type { Stood } from './stood.ts';

/** All that moves when two identities turn out to be one, kept for a split. */
export interface Belongings {
  readonly history: MovingHistory;
  readonly standing: Standing | null;
  readonly anomalies: readonly Anomaly[];
  readonly sightings: readonly Sighting[];
  readonly violations: readonly Violation[];
  /** Absent where an older release wrote it down, and where policies speak of something else by now. */
  readonly coverage?: number;
}

/** What adopting somebody's belongings changed, so that it can be taken back. */
export interface Adoption {
  readonly belongings: Belongings;
  readonly sightings: ReturnType<Sightings['adopt']>;
  readonly violations: ReturnType<Violations['adopt']>;
  readonly servedBefore: boolean;
  /** Absent as that of the belongings is. */
  readonly coverage?: ReturnType<Coverage['adopt']>;
  /** Absent where an older release wrote it down. */
  readonly stood?: Stood;
}
