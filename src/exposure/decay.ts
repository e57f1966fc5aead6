import { DAY_MS, type EpochMs } from '../model/index.ts';

/** A sighting weighs half as much after a week without another. */
const HALF_LIFE_MS = 7 * DAY_MS;
/** The weight falls in quarters of a half-life (16 % each), so that posture moves at known instants. */
const STEPS_PER_HALF_LIFE = 4;
const STEP_MS = HALF_LIFE_MS / STEPS_PER_HALF_LIFE;
/** After six half-lives, 42 days, it weighs nothing. */
const STEPS = 6 * STEPS_PER_HALF_LIFE;

/** 1 at the last sighting, then down in steps, 0 from 42 days on. */
export function weightAt(last: EpochMs, now: EpochMs): number {
  const step = stepAt(last, now);
  return step >= STEPS ? 0 : 0.5 ** (step / STEPS_PER_HALF_LIFE);
}

/** When the weight falls next; `null` when it is 0 already. */
export function nextStep(last: EpochMs, now: EpochMs): EpochMs | null {
  const step = stepAt(last, now);
  return step >= STEPS ? null : last + (step + 1) * STEP_MS;
}

function stepAt(last: EpochMs, now: EpochMs): number {
  return Math.max(0, Math.floor((now - last) / STEP_MS));
}
