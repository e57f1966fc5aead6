import { setImmediate as nextTurn } from 'node:timers/promises';

/** A question or an event that comes meanwhile waits no longer than this. */
const TURN_MS = 4;

/** Does work that comes in small steps, each of which may say what share is done, and lets others have their turn every few milliseconds. */
export async function inTurns<T>(
  steps: Generator<number | void, T>,
  onShare: (share: number) => void = () => undefined,
): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      // What comes after it is often such work too, and begins a turn of its own.
      if (performance.now() - since >= TURN_MS / 2) await nextTurn();
      return step.value;
    }
    if (performance.now() - since < TURN_MS) continue;
    if (typeof step.value === 'number') onShare(step.value);
    await nextTurn();
    since = performance.now();
  }
}
