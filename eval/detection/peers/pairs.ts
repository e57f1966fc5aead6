import type { Talk } from '../telemetry/talk.ts';

/** All that one host said to one destination. */
export interface Pair {
  readonly host: string;
  readonly destination: string;
  /** Epoch milliseconds, ascending. */
  readonly times: readonly number[];
  /** Bytes that the host sent, one per time; `null` where not known. */
  readonly bytes: readonly (number | null)[];
}

export function pairsOf(talks: readonly Talk[], isJudged: (host: string) => boolean): readonly Pair[] {
  const pairs = new Map<
    string,
    { host: string; destination: string; times: number[]; bytes: (number | null)[] }
  >();
  for (const { from, destination, time, bytesOut } of talks) {
    if (!isJudged(from)) continue;
    const key = `${from} ${destination}`;
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, (pair = { host: from, destination, times: [], bytes: [] }));
    pair.times.push(time);
    pair.bytes.push(bytesOut);
  }
  return [...pairs.values()];
}
