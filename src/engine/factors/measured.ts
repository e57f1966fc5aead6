import type { Evidence, FactorName } from '../../model/index.ts';
import type { Scene } from '../known.ts';

/** What a room found, as a measurement, before the scoring profile publishes it in steps. */
export interface Measured {
  readonly name: FactorName;
  /** In the factor's own unit: `measure` in the scoring profile. */
  readonly measure: number;
  /**
   * What a person can check, spelt out from what was measured. Made when somebody asks: most measurements publish
   * nothing new, so that nothing is kept for it.
   */
  readonly evidence: (scene: Scene) => readonly Evidence[];
}

/** Evidence that is not a record of a sensor: a date, an absence, the operator's own word. */
export function statement(summary: string, at: number, subject: string | null = null): Evidence {
  return { summary, at, sensor: null, uid: null, communityId: null, count: null, subject };
}
