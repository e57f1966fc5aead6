import type { Background } from '../telemetry/benign.ts';
import type { Trace } from '../telemetry/trace.ts';

/** Of so many hosts, one at a time carries an attack: a fleet in which everybody is infected is no fleet. */
const HOSTS_PER_ATTACK = 4;
/** A background with more events than this is lived once per seed. */
const LARGE = 60_000;

/** Which hosts carry which trace in one life of a background. */
export type Assignment = ReadonlyMap<string, Trace>;

/**
 * The lives of a background under one seed: one led by each trace, or one alone where it is large. Each host carries at most
 * one trace per life; over the seeds every trace meets every host, each as often.
 */
export function assignments(
  { observations }: Pick<Background, 'observations'>,
  hosts: readonly string[],
  traces: readonly Trace[],
  seed: number,
): readonly Assignment[] {
  if (hosts.length === 0 || traces.length === 0) return [];
  const carriers = Math.min(Math.max(1, Math.floor(hosts.length / HOSTS_PER_ATTACK)), traces.length);
  if (observations.length > LARGE) {
    // The turns of the traces drift against those of the hosts when both lists are of one length.
    return [carried(hosts, traces, carriers, seed, seed + Math.floor(seed / traces.length))];
  }
  return traces.map((_, life) => carried(hosts, traces, carriers, life, seed + life * carriers));
}

function carried(
  hosts: readonly string[],
  traces: readonly Trace[],
  carriers: number,
  firstTrace: number,
  firstHost: number,
): Assignment {
  const assignment = new Map<string, Trace>();
  for (let i = 0; i < carriers; i++) {
    const host = hosts[(firstHost + i) % hosts.length];
    const trace = traces[(firstTrace + i) % traces.length];
    if (host !== undefined && trace !== undefined) assignment.set(host, trace);
  }
  return assignment;
}
