import { HOUR, instantOf, localTime, type Micros, MINUTE } from './calendar.ts';
import type { Random } from './random.ts';

/** What an actor does from one instant up to another; called hour by hour, in order. */
export type Habit = (from: Micros, until: Micros) => void;
export type Act = (at: Micros) => void;

/** A machine's timer: every so many minutes, give or take a share `jitter` of it. */
export function every(random: Random, begin: Micros, minutes: number, jitter: number, act: Act): Habit {
  const period = minutes * MINUTE;
  let next = begin + random.int(period);
  return (_from, until) => {
    while (next < until) {
      act(next);
      next += Math.round(period * (1 + jitter * (2 * random.float() - 1)));
    }
  };
}

/** Independent occurrences at a rate per hour, which may depend on the hour. */
export function occasionally(random: Random, rate: (at: Micros) => number, act: Act): Habit {
  return (from, until) => {
    const span = until - from;
    for (let count = random.poisson((rate(from) * span) / HOUR); count > 0; count--)
      act(from + random.int(span));
  };
}

/** A habit that ends for good: the device falls silent. */
export function untilInstant(habit: Habit, end: Micros): Habit {
  return (from, until) => {
    if (from < end) habit(from, Math.min(until, end));
  };
}

/** Something that happens once. */
export function once(at: Micros, act: Act): Habit {
  return (from, until) => {
    if (at >= from && at < until) act(at);
  };
}

/** Something of every day, or of some weekdays, at an hour of the wall clock and a few minutes of its own. */
export function daily(
  random: Random,
  hour: number,
  spreadMinutes: number,
  act: Act,
  on: (weekday: number) => boolean = () => true,
): Habit {
  const offset = random.int(spreadMinutes * MINUTE);
  return (from, until) => {
    const first = localTime(from).day;
    const last = localTime(until - 1).day;
    for (let day = first; day <= last; day++) {
      const at = instantOf(day, hour) + offset;
      if (at >= from && at < until && on(localTime(at).weekday)) act(at);
    }
  };
}
