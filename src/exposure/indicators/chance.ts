import { randomFillSync } from 'node:crypto';

/** Bytes of a key that have a table each; a longer key goes round them again, mixed each time. */
export const POSITIONS = 16;
const BYTES = 256;

/**
 * Tables of chance for simple tabulation hashing (Pătraşcu and Thorup 2012), other ones in each process: whoever writes
 * a feed could otherwise make all his indicators collide. A table of indicators carries the ones it was
 * built with. No answer depends on them, only how long it takes to find.
 */
export const CHANCE: Int32Array = randomFillSync(new Int32Array(POSITIONS * BYTES));

export function hashOfWord(chance: Int32Array, word: number): number {
  return entriesOf(chance, word, 0);
}

export function hashOfWords(chance: Int32Array, words: Uint32Array, at: number, width: number): number {
  let hash = width;
  for (let i = 0; i < width; i++) {
    if (i > 0 && (i & 3) === 0) hash = turned(hash);
    hash ^= entriesOf(chance, words[at + i] as number, (i & 3) << 10);
  }
  return hash;
}

/** Between two rounds. Not by turning bits alone: after some rounds these would stand where they were. */
export function turned(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) + 1;
}

function entriesOf(chance: Int32Array, word: number, from: number): number {
  return (
    (chance[from + (word & 255)] as number) ^
    (chance[from + 256 + ((word >>> 8) & 255)] as number) ^
    (chance[from + 512 + ((word >>> 16) & 255)] as number) ^
    (chance[from + 768 + (word >>> 24)] as number)
  );
}
