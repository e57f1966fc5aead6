import { MINUTE_MS } from '../../../src/model/index.ts';
import { median } from '../metrics/median.ts';
import type { Placement } from '../placement/place.ts';
import { type Attacked, rounded, type Round } from './judged.ts';
import { isTrue, listAt, trueDetections, watchedUntil } from './truth.ts';

/** So many of a list are looked at. */
const FIRST = 3;

/** What became of one placed attack. */
export interface Outcome {
  readonly attack: string;
  readonly isTold: boolean;
  /** A true anomaly is among the first of the operator's list. */
  readonly isFirst: boolean;
  /** From its beginning to the first true detection; infinite where there was none. */
  readonly minutes: number;
  readonly types: readonly string[];
}

export interface AttackReport {
  readonly placed: number;
  /** Shares of the placements. */
  readonly told: number;
  readonly in_first_3: number;
  readonly minutes_to_tell_median: number | null;
  readonly types: readonly string[];
}

export function outcomesOf(round: Round): readonly Outcome[] {
  return round.flatMap((life) => life.placements.map((placement) => outcomeOf(life, placement)));
}

/**
 * With one attack placed: what the list says of the other hosts that carry one in the same life is left out, and of those
 * in the other half.
 */
function outcomeOf(life: Attacked, placement: Placement): Outcome {
  const { hosts, background } = life.quiet;
  const infected = life.placements.filter((each) => each !== placement).map(({ host }) => host);
  const hidden = new Set([...infected, ...background.hosts.filter((host) => !hosts.includes(host))]);
  const list = listAt(life, watchedUntil(placement)).filter(({ who }) => !hidden.has(who));
  const said = trueDetections(life, placement);
  return {
    attack: placement.trace.name,
    isTold: list.some((each) => isTrue(life, each)),
    isFirst: list.slice(0, FIRST).some((each) => isTrue(life, each)),
    minutes: Math.min(Infinity, ...said.map(({ at }) => (at - placement.begin) / MINUTE_MS)),
    types: [...new Set(said.map(({ type }) => type))],
  };
}

/** Over all seeds, by attack. */
export function byAttack(rounds: readonly (readonly Outcome[])[]): Readonly<Record<string, AttackReport>> {
  const grouped = Map.groupBy(rounds.flat(), ({ attack }) => attack);
  return Object.fromEntries(
    [...grouped].map(([attack, some]): [string, AttackReport] => [
      attack,
      {
        placed: some.length,
        told: shareOf(some, ({ isTold }) => isTold) ?? 0,
        in_first_3: shareOf(some, ({ isFirst }) => isFirst) ?? 0,
        minutes_to_tell_median: rounded(median(some.map(({ minutes }) => minutes)), 1),
        types: [...new Set(some.flatMap(({ types }) => types))].sort(),
      },
    ]),
  );
}

export function shareOf(outcomes: readonly Outcome[], isSo: (outcome: Outcome) => boolean): number | null {
  return outcomes.length === 0 ? null : rounded(outcomes.filter(isSo).length / outcomes.length);
}
