import { randomFillSync } from 'node:crypto';

const POSITIONS = 16;
const UNITS = 256;

/**
 * Tables of chance, other ones in each process: texts are chosen by attackers, and whoever could foresee their hashes
 * could make them all collide. Nothing that is told, kept or answered depends on them, only how long it takes to find.
 */
const TABLES = randomFillSync(new Int32Array(POSITIONS * UNITS));

/**
 * Simple tabulation hashing (Pătraşcu and Thorup 2012): a table for each position, and their entries XORed. A text
 * longer than the tables goes round them again, mixed each time.
 */
export function hashOfText(text: string): number {
  let hash = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const position = i & (POSITIONS - 1);
    if (position === 0 && i > 0) hash = turned(hash);
    hash ^= TABLES[(position << 8) | (unit & 0xff)] as number;
    if (unit > 0xff) hash = Math.imul(hash, 0x9e3779b1) ^ (unit >>> 8);
  }
  return hash;
}

/** The same of Latin-1 units as bytes. */
export function hashOfBytes(bytes: Uint8Array, start: number, length: number): number {
  let hash = length;
  for (let i = 0; i < length; i++) {
    const position = i & (POSITIONS - 1);
    if (position === 0 && i > 0) hash = turned(hash);
    hash ^= TABLES[(position << 8) | (bytes[start + i] as number)] as number;
  }
  return hash;
}

/** Not by turning bits alone: after some rounds these would stand where they were, and units could be exchanged. */
function turned(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b_3c6d) + 1;
}
