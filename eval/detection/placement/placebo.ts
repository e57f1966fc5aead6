import { HOUR_MS } from '../../../src/model/index.ts';
import { Random } from '../../../src/simulator/index.ts';
import type { Background } from '../telemetry/benign.ts';
import { endsOf } from '../telemetry/ends.ts';
import { type Attacking, isAttacking, type Trace } from '../telemetry/trace.ts';
import type { Assignment } from './rotation.ts';

/** An hour with fewer events is hardly an activity. */
const LEAST_EVENTS = 10;

/** A benign host, and what it did in each of its busier hours. */
export interface Donor {
  readonly background: Background;
  readonly host: string;
  /** What it opened, in order of time, one list per full hour of its life. */
  readonly hours: readonly (readonly Attacking[])[];
}

/** Hosts whose life may be cut: of benign sets that are watched in quiet, so that no attacker is among them. */
export function donorsIn(background: Background, hosts: readonly string[]): readonly Donor[] {
  if (!background.uses.includes('quiet')) return [];
  const opened = Map.groupBy<string, Attacking>(
    background.observations.filter(isAttacking),
    (each) => endsOf(each)?.from.address ?? '',
  );
  return hosts
    .filter((host) => host.includes('.'))
    .map((host) => ({ background, host, hours: hoursOf(opened.get(host) ?? [], background.begin) }))
    .filter(({ hours }) => hours.length > 0);
}

/** Counted from the life's beginning: a life of two hours has two. */
function hoursOf(events: readonly Attacking[], begin: number): readonly (readonly Attacking[])[] {
  const byHour = Map.groupBy(events, ({ time }) => Math.floor((time - begin) / HOUR_MS));
  return [...byHour.values()].filter(({ length }) => length >= LEAST_EVENTS);
}

/**
 * The same hosts, each with a benign hour of another host in place of its attack. Where there is no other host, there is
 * no placebo.
 */
export function placeboOf(
  assignment: Assignment,
  background: Background,
  donors: readonly Donor[],
  seed: number,
): Assignment {
  const placebo = new Map<string, Trace>();
  for (const [host, instead] of assignment) {
    const random = new Random(seed, `placebo ${background.name} ${host} ${instead.name}`);
    const others = donors.filter((each) => each.background !== background || each.host !== host);
    if (others.length > 0) placebo.set(host, cut(random.pick(others), random));
  }
  return placebo;
}

/** An hour of a life in the shape of an attack, so that it is placed by the same hands. */
function cut({ background, host, hours }: Donor, random: Random): Trace {
  return {
    name: `hour of ${background.name}`,
    family: 'placebo',
    technique: null,
    logs: [],
    kinds: ['volume'],
    actor: host,
    malicious: { by: 'all' },
    control: [],
    inside: background.networks,
    events: random.pick(hours),
  };
}
