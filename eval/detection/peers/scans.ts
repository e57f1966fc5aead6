import type { Talk } from '../telemetry/talk.ts';

const HOUR_MS = 3_600_000;

/** Whether an attempt found nobody, as far as the log knows: what is unknown is a failure to the published walk. */
function isFailed({ outcome }: Pick<Talk, 'outcome'>): boolean {
  return outcome !== 'established';
}

/**
 * Threshold random walk (Jung, Paxson, Berger and Balakrishnan 2004): the largest likelihood ratio that a source's
 * first contacts reached, as a logarithm. Benign contacts succeed with 0.8, a scanner's with 0.2; the alarm is at ln 99.
 */
export function randomWalk(talks: readonly Talk[]): number {
  const met = new Set<string>();
  let [walk, highest] = [0, 0];
  for (const talk of talks) {
    const target = `${talk.to}:${talk.port}`;
    if (met.has(target)) continue;
    met.add(target);
    walk = Math.max(-RANDOM_WALK_ALARM, walk + (isFailed(talk) ? Math.log(0.8 / 0.2) : Math.log(0.2 / 0.8)));
    highest = Math.max(highest, walk);
  }
  return highest;
}

export const RANDOM_WALK_ALARM = Math.log(99);

/** Slips' rules, as one number: the most targets without an answer within an hour, ports of one host or hosts by one port. */
export function fixedScan(talks: readonly Talk[]): number {
  let most = 0;
  for (const some of byHour(talks.filter(isFailed)).values()) {
    most = Math.max(
      most,
      largestGroup(
        some,
        ({ to }) => to,
        ({ port }) => String(port),
      ),
    );
    most = Math.max(
      most,
      largestGroup(
        some,
        ({ port }) => String(port),
        ({ to }) => to,
      ),
    );
  }
  return most;
}

/** It alarms above this. */
export const FIXED_SCAN_ALARM = 5;

function largestGroup(
  talks: readonly Talk[],
  group: (talk: Talk) => string,
  member: (talk: Talk) => string,
): number {
  const groups = new Map<string, Set<string>>();
  for (const talk of talks) {
    const of = groups.get(group(talk));
    if (of === undefined) groups.set(group(talk), new Set([member(talk)]));
    else of.add(member(talk));
  }
  return Math.max(0, ...[...groups.values()].map(({ size }) => size));
}

function byHour(talks: readonly Talk[]): ReadonlyMap<number, readonly Talk[]> {
  const hours = new Map<number, Talk[]>();
  for (const talk of talks) {
    const hour = Math.floor(talk.time / HOUR_MS);
    const some = hours.get(hour);
    if (some === undefined) hours.set(hour, [talk]);
    else some.push(talk);
  }
  return hours;
}
