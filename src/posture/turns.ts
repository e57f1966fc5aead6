import type { Portions } from '../engine/index.ts';

/** Called between two portions of a long reading; resolves when the reader may go on. */
export type Turn = () => Promise<void>;

/** Readers together work so long before everybody else has a turn: records, requests, the disk. */
const SLICE_MS = 4;

/** One slice of reading per turn of the event loop, whoever and however many read: each after the other. */
export function turnByTurn(): Turn {
  const waiting: (() => void)[] = [];
  let sliceBegan = Number.NEGATIVE_INFINITY;
  function letOneIn(): void {
    sliceBegan = performance.now();
    waiting.shift()?.();
    if (waiting.length > 0) setImmediate(letOneIn);
  }
  return () => {
    if (waiting.length === 0 && performance.now() - sliceBegan < SLICE_MS) return Promise.resolve();
    return new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(letOneIn);
    });
  };
}

/** What a reading in portions comes to, with a turn for the others between two. */
export async function inTurns<T>(portions: Portions<T>, turn: Turn): Promise<T> {
  for (;;) {
    const portion = portions.next();
    if (portion.done === true) return portion.value;
    await turn();
  }
}
