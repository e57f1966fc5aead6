import type { EpochMs } from '../../../src/model/index.ts';

/** Programs open several connections at once; RITA, too, counts the seconds in which there was one. */
const AT_ONCE_MS = 1_000;

/** How often somebody called, what comes within a second of the first of a check-in being that check-in. @param times in order */
export function checkInsIn(times: readonly EpochMs[]): number {
  let [count, begin] = [0, -Infinity];
  for (const time of times) {
    if (time - begin < AT_ONCE_MS) continue;
    count++;
    begin = time;
  }
  return count;
}
