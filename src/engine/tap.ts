import type { Baseline } from '../behavior/index.ts';
import type { Detection, EntityId, EpochMs } from '../model/index.ts';

/**
 * For measuring detection: told while a record is applied. It only looks: nothing in the engine depends on it, and it
 * is no part of the state.
 */
export interface DetectionTap {
  /** What a detector said of an entity, before it opens an anomaly or lets one grow. */
  detected(entity: EntityId, detection: Detection): void;
  /** A baseline has just learnt from something at `time`, or time alone closed its hour: hours that ended by then are closed. */
  learnt(entity: EntityId, time: EpochMs, baseline: () => Baseline): void;
}
