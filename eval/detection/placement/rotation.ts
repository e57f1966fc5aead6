import type { Background } from '../telemetry/benign.ts';
import type { Trace } from '../telemetry/trace.ts';

/** Of so many hosts, one at a time carries an attack: a fleet in which everybody is infected is no fleet. */
const HOSTS_PER_ATTACK = 4;
/** A background with more events than this is lived once per seed. */
const LARGE = 60_000;

/** Which hosts carry which trace in one life of a background. */
export type Assignment = ReadonlyMap<string, Trace>;

/**
 * The lives of a background under one seed. Each host carries at most one trace per life, and over the lives and seeds
 * every host meets every trace about as often.
 */
export function assignments(
  { observations }: Pick<Background, 'observations'>,
  hosts: readonly string[],
  traces: readonly Trace[],
  seed: number,
): readonly Assignment[] {
  if (hosts.length === 0 || traces.length === 0) return [];
  const lives = observations.length > LARGE ? 1 : traces.length;
  const carriers = Math.max(1, Math.floor(hosts.length / HOSTS_PER_ATTACK));
  return Array.from({ length: lives }, (_, life) => {
    const turn = seed * lives + life;
    const assignment = new Map<string, Trace>();
    for (let i = 0; i < carriers; i++) {
      const host = hosts[(turn * carriers + i) % hosts.length];
      // The quotient lets the pairs drift when both lists are of one length.
      const round = Math.floor((turn * carriers + i) / hosts.length);
      const trace = traces[(turn + i * lives + round) % traces.length];
      if (host !== undefined && trace !== undefined) assignment.set(host, trace);
    }
    return assignment;
  });
}
