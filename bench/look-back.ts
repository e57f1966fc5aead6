import { runChild } from './child.ts';
import { type Figure, figure, quantile, rounded } from './figure.ts';
import type { LookBackInput, LookBackTimes } from './intel/look-back-process.ts';
import type { Measurement } from './measurement.ts';

const GOAL: LookBackInput = {
  indicators: 100_000,
  devices: 10_000,
  destinations: 150_000,
  perDevice: 40,
  rounds: 7,
};

/** A feed that is held against what a fleet met before it came. */
export const lookBack: Measurement = {
  keys: ['intel.look_back_ms'],
  async measure({ quick, progress }) {
    const input = quick ? { ...GOAL, indicators: 5_000, devices: 500, destinations: 7_500, rounds: 3 } : GOAL;
    progress(`a feed of ${input.indicators} against ${input.devices} devices`);
    const times = (await runChild('intel/look-back-process.ts', input, null)) as LookBackTimes;
    return [figureOf(input, times)];
  },
};

function figureOf(
  input: LookBackInput,
  { record, lookBack: times, prepared, longestStep, recognised }: LookBackTimes,
): Figure {
  return figure('intel.look_back_ms', {
    value: quantile(times, 0.5),
    runs: times,
    note: `a feed of ${input.indicators} indicators where ${input.devices} devices met ${input.destinations} destinations, ${input.perDevice} each; the whole record ${rounded(quantile(record, 0.5))} ms; ${recognised} devices recognised and settled; prepared, as a server does, in steps of ${rounded(longestStep)} ms at most, the record ${rounded(quantile(prepared, 0.5))} ms`,
    belowScale: input.indicators < GOAL.indicators,
  });
}
