export { BelievedClock } from './believed-clock.ts';
export { type Effects, realEffects } from './effects.ts';
export { LastingWorker, workerEntry } from './lasting-worker.ts';
export type { Progress, ProgressReport } from './progress.ts';
export { inTurns } from './turns.ts';
export { VERSION } from './version.ts';
export { WaitingLine } from './waiting-line.ts';
