import { add, noRules, remove, type RuleSet } from './bits.ts';

/** A rule speaks about the values from `first` to `last`. */
export interface Stretch<T> {
  readonly rule: number;
  readonly first: T;
  /** The first value behind it; `null`: there is none. */
  readonly behind: T | null;
}

/** A line of values, cut wherever some rule begins or ends: between two cuts the same rules speak. */
export interface Line<T> {
  /** Ascending; the first is the least value. */
  readonly cuts: readonly T[];
  /** By cut: the rules that speak about what follows it. */
  readonly sets: readonly RuleSet[];
}

/** Cuts a line. Rules are counted, because one may have stretches that overlap. */
export function cutLine<T>(
  stretches: readonly Stretch<T>[],
  least: T,
  compare: (a: T, b: T) => number,
  rules: number,
): Line<T> {
  const events = stretches.flatMap(({ rule, first, behind }) => [
    { at: first, rule, step: 1 },
    ...(behind === null ? [] : [{ at: behind, rule, step: -1 }]),
  ]);
  events.sort((a, b) => compare(a.at, b.at));
  const cuts: T[] = [];
  const sets: RuleSet[] = [];
  const depth = new Int32Array(rules);
  const speaking: RuleSet = noRules(rules);
  let next = 0;
  for (let cut: T | undefined = least; cut !== undefined; cut = events[next]?.at) {
    for (
      let event = events[next];
      event !== undefined && compare(event.at, cut) === 0;
      event = events[++next]
    ) {
      const now = ((depth[event.rule] as number) += event.step);
      if (now > 0) add(speaking, event.rule);
      else remove(speaking, event.rule);
    }
    cuts.push(cut);
    sets.push(sameAs(sets.at(-1), speaking) ?? speaking.slice());
  }
  return { cuts, sets };
}

function sameAs(before: RuleSet | undefined, now: RuleSet): RuleSet | null {
  return before?.every((word, place) => word === now[place]) === true ? before : null;
}
