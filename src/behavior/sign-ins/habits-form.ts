import { newTrial, type Trial } from './trial.ts';
import type { HabitFacts } from './habit-facts.ts';

/** A value of few digits where a thing is at its beginning: at the end of a list it is left out. */
type Said = string | number | null;

/** Habits as they are written down: lists in place of named members, without what is as at the beginning. */
export type BriefHabits = readonly [
  places: readonly (readonly Said[])[],
  hours: HabitFacts['hours'],
  shares: readonly Said[],
  life: readonly Said[],
  latest?: readonly Said[] | null,
  trial?: readonly Said[],
];

const SHARES = ['newPlace', 'newOutside', 'atOnce', 'withoutMfa', 'interactive'] as const;

export function brief(facts: HabitFacts): BriefHabits {
  const { places, hours, shares, latest, trial } = facts;
  const all = [
    places.map(({ key, first, last, days, lastDay, isSuspect }) =>
      trimmed([key, first, last - first, days, lastDay, isSuspect ? 1 : 0]),
    ),
    hours,
    trimmed(SHARES.flatMap((name) => [shares[name].days, shares[name].lastDay])),
    trimmed([facts.first, facts.days, facts.lastDay, facts.failed, facts.failedAt]),
  ] as const;
  if (latest === null && trial === null) return all;
  // Mostly it is one of the places, whose names are long.
  const nth = latest === null ? -1 : places.findIndex(({ key }) => key === latest.place);
  const where = latest === null ? null : [nth === -1 ? latest.place : nth, latest.site, latest.time];
  return trial === null ? [...all, where] : [...all, where, trimmed(numbersOf(trial))];
}

export function inFull([places, hours, shares, life, latest, trial]: BriefHabits): HabitFacts {
  const [first = null, days = 0, lastDay = 0, failed = 0, failedAt = 0] = life as readonly number[];
  const [where = null, site, time] = latest ?? [];
  const known = typeof where === 'number' ? (places[where]?.[0] ?? null) : where;
  return {
    places: places.map((said) => {
      const [key, begin = 0, span = 0, metOn = 0, metLast = 0, isSuspect = 0] = said as [string, ...number[]];
      return {
        key,
        first: begin,
        last: begin + span,
        days: metOn,
        lastDay: metLast,
        isSuspect: isSuspect === 1,
      };
    }),
    hours,
    shares: Object.fromEntries(
      SHARES.map((name, i) => [name, { days: shares[2 * i] ?? 0, lastDay: shares[2 * i + 1] ?? 0 }]),
    ) as HabitFacts['shares'],
    first,
    days,
    lastDay,
    latest: known === null ? null : ({ place: known, site, time } as HabitFacts['latest']),
    trial: trial === undefined ? null : trialOf(trial as readonly number[]),
    failed,
    failedAt,
  };
}

/** Without what is at its end and as at the beginning. */
function trimmed(list: readonly Said[]): readonly Said[] {
  let length = list.length;
  while (length > 0 && (list[length - 1] === 0 || list[length - 1] === null)) length--;
  return list.slice(0, length);
}

/** It is of all who fail with the account. */
function numbersOf(trial: Trial): readonly number[] {
  const { last, days, lastDay, hasSucceeded, score, failures, unknown, burst, unknownSeen } = trial;
  const { accounts, peers, gap, gapSquare, gaps, told, toldAt } = trial;
  const habit = [last, days, lastDay, hasSucceeded ? 1 : 0];
  const story = [score, failures, unknown, burst, unknownSeen];
  const bits = [accounts.low, accounts.high, peers.low, peers.high];
  return [...habit, ...story, ...bits, gap, gapSquare, gaps, told, toldAt];
}

function trialOf(said: readonly number[]): Trial {
  const at = (nth: number) => said[nth] ?? 0;
  return {
    ...newTrial('', false, at(0)),
    days: at(1),
    lastDay: at(2),
    hasSucceeded: at(3) === 1,
    score: at(4),
    failures: at(5),
    unknown: at(6),
    burst: at(7),
    unknownSeen: at(8),
    accounts: { low: at(9), high: at(10) },
    peers: { low: at(11), high: at(12) },
    gap: at(13),
    gapSquare: at(14),
    gaps: at(15),
    told: at(16),
    toldAt: at(17),
  };
}
