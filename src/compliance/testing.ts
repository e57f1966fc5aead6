import type { EpochMs, FactorName, TestOutcome } from '../model/index.ts';
import type { Reading, Readings } from './reading.ts';
import { type Signal, signalNamed, type SignalName } from './signals.ts';

/** A test of a control, with what came of it. */
export interface Tested {
  readonly name: SignalName;
  readonly signal: Signal;
  readonly reading: Reading;
  readonly failing: number;
  /** Of them those with an exception of their own. */
  readonly excused: number;
  /** Of those covered, who is excused among those who fail; `null` where nobody is. */
  readonly passShare: number | null;
  readonly outcome: TestOutcome;
}

/** What persons took on of a control. */
export interface TakenOn {
  /** The whole control. */
  readonly isExcepted: boolean;
  /** Entities with an exception of their own that have a factor. */
  readonly excused: (factor: FactorName) => number;
}

/** Failing counts before being stale: what was wrong when it was last heard is not right since. */
export function tested(name: SignalName, readings: Readings, { isExcepted, excused }: TakenOn): Tested {
  const signal = signalNamed(name);
  const reading = readings[name];
  const { covered, subjects } = reading;
  const { failing } = reading;
  const left =
    signal.factors.length === 0
      ? failing
      : Math.max(...signal.factors.map((each) => (reading.byFactor.get(each) ?? 0) - excused(each)), 0);
  const shareBut = (count: number) => (covered <= 0 ? null : Math.max(0, covered - count) / covered);
  const passShare = shareBut(failing);
  return { name, signal, reading, failing, excused: failing - left, passShare, outcome: outcome() };

  function outcome(): TestOutcome {
    if (passShare === null) return 'no_evidence';
    // Without the exceptions it fails: somebody took that on, and nothing passes by it.
    if (passShare < signal.pass)
      return isExcepted || (shareBut(left) ?? 0) >= signal.pass ? 'excepted' : 'failed';
    if (!reading.isFresh) return 'stale';
    if (signal.speaks === 'against') return 'not_disproved';
    return covered / subjects < signal.coverage ? 'incomplete' : 'passed';
  }
}

/** Since when it fails: the signal's own instant, or that of the first of those who have the factor. */
export function failingSince(
  { signal, reading }: Tested,
  since: (factor: FactorName) => EpochMs | null,
): EpochMs | null {
  const instants = [reading.failingSince, ...signal.factors.map(since)].filter((each) => each !== null);
  return instants.length === 0 ? null : Math.min(...instants);
}
