import type { Dimension, EpochMs, SiteId } from '../model/index.ts';
import type { EngineState } from './engine-state.ts';
import { isSilent } from './sensors.ts';

export interface SensorView {
  readonly sensor: string;
  readonly site: SiteId;
  /** `null` where that is not kept. */
  readonly lastEvent: EpochMs | null;
  readonly silent: boolean;
}

/**
 * What is told of the whole fleet that no entity's change tells: history looks at it after each record. So it moves with
 * records: while one is applied, readers are told what held before it, and are told the same of that instant later.
 */
export interface FleetCircumstances {
  readonly sensors: readonly SensorView[];
  readonly dimensionsAssessed: readonly Dimension[];
  readonly violations24h: number;
  /** Detections that the suppressions in force have held back. */
  readonly suppressed: number;
}

/** As they are at this moment. */
export class PresentCircumstances implements FleetCircumstances {
  readonly #engine: EngineState;

  constructor(engine: EngineState) {
    this.#engine = engine;
  }

  get sensors(): readonly SensorView[] {
    const { sensors, time } = this.#engine;
    const now = time.now ?? 0;
    return sensors.all().map((each) => ({
      sensor: each.sensor,
      site: each.site,
      lastEvent: each.lastEvent,
      silent: isSilent(each, now),
    }));
  }

  /** A dimension is assessed where some source speaks about it. */
  get dimensionsAssessed(): readonly Dimension[] {
    const { identities, newestEvent, decider, feeds } = this.#engine;
    const dimensions: Dimension[] = [];
    if (!identities.keys.isEmpty) dimensions.push('identity');
    if (newestEvent !== null) dimensions.push('behavior');
    if (decider.policies.length > 0) dimensions.push('policy');
    if (feeds.size > 0) dimensions.push('threat');
    return dimensions;
  }

  get violations24h(): number {
    const { partitions, time } = this.#engine;
    const now = time.now ?? 0;
    return partitions.reduce((total, { violations }) => total + violations.count(now), 0);
  }

  get suppressed(): number {
    return this.#engine.suppressions.heldBack;
  }

  /** They stay so, whatever becomes of the engine. */
  copied(): FleetCircumstances {
    const { sensors, dimensionsAssessed, violations24h, suppressed } = this;
    return { sensors, dimensionsAssessed, violations24h, suppressed };
  }
}
