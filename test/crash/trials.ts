import type { DiskCall, DiskPlan } from './disk-plan.ts';

/** Something that is done to an owner while it takes a feed in. */
export interface Trial {
  /** What the owner is doing then: a line of the report. */
  readonly phase: string;
  readonly plan: DiskPlan | null;
  /** Killed so long after the trial began; `null` where the plan says what happens. */
  readonly killAfterMs: number | null;
  /** `start`: begun before the process is there, so that it meets its recovery. `erasure`: just before somebody is forgotten. */
  readonly begins: 'now' | 'start' | 'erasure';
}

/** 0 ≤ x < 1, the same again for the same seed. */
export type Chance = () => number;

/** xorshift32 (Marsaglia 2003). */
export function createChance(seed: number): Chance {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

type Kind = (chance: Chance) => Trial;

/** What a process does once for each snapshot, and then ends. */
const ONCE: ReadonlySet<DiskCall> = new Set([
  'snapshot.open',
  'snapshot.sync',
  'snapshot.rename',
  'snapshot.syncDirectory',
]);

const timed =
  (phase: string, withinMs: number, begins: Trial['begins']): Kind =>
  (chance) => ({ phase, plan: null, killAfterMs: Math.floor(chance() * withinMs), begins });

/** kill -9 before, within or after one of the calls that a phase consists of. */
const killed =
  (phase: string, calls: readonly DiskCall[], upTo: number, begins: Trial['begins'] = 'now'): Kind =>
  (chance) => {
    const call = calls[Math.floor(chance() * calls.length)] as DiskCall;
    const kill = (['before', 'within', 'after'] as const)[Math.floor(chance() * 3)] ?? 'before';
    const process = whose(call, begins);
    const victims = process === 'follower' ? (['self', 'owner', 'both'] as const) : (['self'] as const);
    const victim = victims[Math.floor(chance() * victims.length)] ?? 'self';
    const after = ONCE.has(call) ? 0 : Math.floor(chance() * upTo);
    return planned(phase, { process, call, after, what: { kill, victim } }, begins);
  };

/** The disk refuses one of the calls, once or some times. */
const failing =
  (
    phase: string,
    calls: readonly DiskCall[],
    fail: 'EIO' | 'ENOSPC',
    upTo: number,
    begins: Trial['begins'] = 'now',
  ): Kind =>
  (chance) => {
    const call = calls[Math.floor(chance() * calls.length)] as DiskCall;
    const after = ONCE.has(call) ? 0 : Math.floor(chance() * upTo);
    const what = { fail, times: 1 + Math.floor(chance() * 2) };
    return planned(phase, { process: whose(call, begins), call, after, what }, begins);
  };

/** Snapshots are written by a process beside, but for the one that an erasure leaves. */
function whose(call: DiskCall, begins: Trial['begins']): DiskPlan['process'] {
  const isFollowers = call.startsWith('snapshot.') && call !== 'snapshot.remove' && begins !== 'erasure';
  return isFollowers ? 'follower' : 'owner';
}

function planned(phase: string, plan: DiskPlan, begins: Trial['begins']): Trial {
  return { phase, plan, killAfterMs: null, begins };
}

const SNAPSHOT: readonly DiskCall[] = [
  'snapshot.open',
  'snapshot.write',
  'snapshot.sync',
  'snapshot.rename',
  'snapshot.syncDirectory',
];
const RETENTION: readonly DiskCall[] = ['journal.remove', 'snapshot.remove'];
const ERASURE: readonly DiskCall[] = [
  'journal.write',
  'journal.sync',
  'history.commit',
  ...SNAPSHOT,
  'journal.open',
  ...RETENTION,
];
const SEGMENT: readonly DiskCall[] = ['journal.open', 'journal.syncDirectory'];

/** kill -9 in every phase of the owner's life. The first few are the short form's. */
export const KILLS: readonly Kind[] = [
  timed('any instant', 600, 'now'),
  timed('start and recovery', 1_200, 'start'),
  killed('commit', ['journal.sync'], 4),
  killed('erasure', ERASURE, 2, 'erasure'),
  killed('history', ['history.commit'], 3),
  killed('append', ['journal.write'], 4),
  killed('new segment', SEGMENT, 2),
  killed('snapshot', SNAPSHOT, 2),
  killed('retention', RETENTION, 2),
];

/** A full disk and one that fails. */
export const FAULTS: readonly Kind[] = [
  failing('append: disk full', ['journal.write', 'journal.open'], 'ENOSPC', 4),
  failing('commit: EIO', ['journal.sync'], 'EIO', 4),
  failing('erasure: EIO', ERASURE, 'EIO', 2, 'erasure'),
  failing('new segment: EIO', SEGMENT, 'EIO', 2),
  failing('history: EIO', ['history.commit'], 'EIO', 3),
  failing('append: EIO', ['journal.write'], 'EIO', 4),
  failing('snapshot: disk full', ['snapshot.open', 'snapshot.write'], 'ENOSPC', 2),
  failing('snapshot: EIO', SNAPSHOT, 'EIO', 2),
  failing('retention: EIO', [...RETENTION, 'snapshot.syncDirectory'], 'EIO', 2),
];
