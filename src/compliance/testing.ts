import type { EpochMs, FactorName, TestOutcome } from '../model/index.ts';
import type { Reading, Readings } from './reading.ts';
import { type Signal, signalNamed, type SignalName } from './signals.ts';

/** A test of a control, with what came of it. */
export interface Tested {
  readonly name: SignalName;
  readonly signal: Signal;
  readonly reading: Reading;
  readonly failing: number;
  /** Of those covered; `null` where nobody is. */
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
  const failing =
    signal.factors.length === 0
      ? reading.failing
      : Math.max(...signal.factors.map((each) => (reading.byFactor.get(each) ?? 0) - excused(each)), 0);
  const passShare = covered <= 0 ? null : Math.max(0, covered - failing) / covered;
  return { name, signal, reading, failing, passShare, outcome: outcome() };

  function outcome(): TestOutcome {
    if (passShare === null) return 'no_evidence';
    if (passShare < signal.pass) return isExcepted ? 'excepted' : 'failed';
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
