import type { EngineView } from '../engine/index.ts';
import { iso } from '../model/index.ts';

export interface Framing {
  readonly as_of: string;
  readonly data_age_ms: number | null;
  readonly confidence: number;
}

/** The clock of the asker: only for how old the data is, never for what the posture is. */
export type Clock = () => number;

/** What every answer says of itself: as of when, how old its newest data is, how sure it is. */
export function framing(view: EngineView, clock: Clock, confidence: number): Framing {
  const age = view.newestEvent === null ? null : Math.max(0, clock() - view.newestEvent);
  return { as_of: assessedAt(view), data_age_ms: age, confidence: rounded(confidence, 2) };
}

/** The data's own watermark; before any data, the beginning of time. */
export function assessedAt(view: EngineView): string {
  return iso(view.now ?? 0);
}

export function rounded(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}

/** Milli-points as points, exact to three digits. */
export function inPoints(milliPoints: number): number {
  return milliPoints / 1_000;
}
