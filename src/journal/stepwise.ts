import { setImmediate as nextTurn } from 'node:timers/promises';

/** From here on a record is worked on in steps. */
export const LARGE_BYTES = 1_048_576;

/** Does work on what is large, and lets others have their turn between two steps. */
export async function stepwise<T>(steps: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await nextTurn();
  }
}
