import type { EpochMs } from '../../model/index.ts';
import type { HabitFacts } from './habit-facts.ts';
import { MOST_DAYS, type Trial } from './trial.ts';
import { UsualHours } from './usual-hours.ts';

/** Habits as a state of version 3 says them. */
export interface OlderHabits extends Omit<HabitFacts, 'hours' | 'trial'> {
  /** Of each of the 48 hours, as of an instant; and the last hour that counted. */
  readonly hours: readonly [counts: readonly number[], at: EpochMs, lastHour: number];
  /** It counted successes, and knew when a story began, for which nobody asked. */
  readonly trial: OlderTrial | null;
}

type OlderTrial = Omit<Trial, 'hasSucceeded'> & { readonly successes: number; readonly first: EpochMs };

export function fromOlder({ hours, trial, ...facts }: OlderHabits): HabitFacts {
  return { ...facts, hours: UsualHours.from(...hours).snapshot(), trial: trial && trialFrom(trial) };
}

function trialFrom(older: OlderTrial): Trial {
  const { last, days, lastDay, score, failures, unknown, burst, unknownSeen } = older;
  const { accounts, peers, gap, gapSquare, gaps, told, toldAt } = older;
  return {
    peer: '',
    outbound: false,
    last,
    lastDay,
    score,
    failures,
    unknown,
    burst,
    unknownSeen,
    accounts,
    peers,
    gap,
    gapSquare,
    gaps,
    told,
    toldAt,
    days: Math.min(MOST_DAYS, days),
    hasSucceeded: older.successes > 0,
  };
}
