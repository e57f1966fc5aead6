/** The kinds of lines that lists are made of; what comes out is unpredictable to the parser, and the same in every run. */
export const KINDS = {
  domains: (chance) => `${chance(2 ** 31).toString(36)}.${chance(2 ** 31).toString(36)}.com`,
  addresses: (chance) => `${11 + chance(112)}.${chance(256)}.${chance(256)}.${chance(256)}\t${1 + chance(9)}`,
  hashes: (chance) => Array.from({ length: 8 }, () => (chance(2 ** 31) + 2 ** 31).toString(16)).join(''),
} as const satisfies Readonly<Record<string, (chance: (below: number) => number) => string>>;

export type ListKind = keyof typeof KINDS;

/** So many lines, the same for the same seed. */
export function listOf(kind: ListKind, lines: number, seed: number): Buffer {
  const chance = seeded(seed);
  return Buffer.from(Array.from({ length: lines }, () => `${KINDS[kind](chance)}\n`).join(''));
}

/** mulberry32. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
