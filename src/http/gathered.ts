import { setImmediate as nextTurn } from 'node:timers/promises';

/** So much is copied before others have their turn: new memory is slow to be written for the first time. */
const COPIED_BYTES = 1_048_576;

/** What came in parts as one: a feed may be a hundred megabytes, and to copy them at one stroke would hold the loop. */
export async function gathered(parts: readonly Uint8Array[]): Promise<Buffer> {
  const all = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let [at, copied] = [0, 0];
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
    copied += part.length;
    if (copied < COPIED_BYTES) continue;
    copied = 0;
    await nextTurn();
  }
  return all;
}
