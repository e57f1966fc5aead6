import { HOUR_MS, MINUTE_MS } from '../../../src/model/index.ts';
import type { Random } from '../../../src/simulator/index.ts';

/** The next gap (ms) between two calls; each invention draws its parameters once and its gaps ever anew. */
export type Gaps = () => number;

/** Instants from 0 on, as the gaps say. */
export function instants(gaps: Gaps, lastsMs: number, most = 600): readonly number[] {
  const all: number[] = [];
  for (let at = 0; at <= lastsMs && all.length < most; at += Math.max(1, gaps())) all.push(at);
  return all;
}

/** The period more or less by a share of it, drawn evenly: most agents' jitter. */
export function jittered(random: Random, period: number, jitter: number): Gaps {
  return () => period * (1 - jitter + 2 * jitter * random.float());
}

export function logNormal(random: Random, median: number, sigma: number): Gaps {
  return () => median * Math.exp(sigma * random.normal());
}

export function pareto(random: Random, least: number, alpha: number): Gaps {
  return () => Math.min(6 * HOUR_MS, least * (1 - random.float()) ** (-1 / alpha));
}

/** A period drawn evenly by its logarithm. */
export function between(random: Random, least: number, most: number): number {
  return least * (most / least) ** random.float();
}

/** Some hours of calls, some of silence, in turn: nights, sleeping laptops. */
export function withPauses(random: Random, gaps: Gaps): Gaps {
  let awake = between(random, HOUR_MS, 3 * HOUR_MS);
  return () => {
    const gap = gaps();
    awake -= gap;
    if (awake > 0) return gap;
    awake = between(random, HOUR_MS, 3 * HOUR_MS);
    return gap + between(random, HOUR_MS, 3 * HOUR_MS);
  };
}

/** Several instants for each: the requests of one check-in or sitting. */
export function inBursts(
  random: Random,
  at: readonly number[],
  most: number,
  withinMs = MINUTE_MS / 4,
): readonly number[] {
  return at.flatMap((begin) => {
    let next = begin;
    return Array.from({ length: random.between(1, most) }, (_, request) => {
      if (request > 0) next += 1_200 + random.float() * withinMs;
      return next;
    });
  });
}
