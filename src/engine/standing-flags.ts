import type { Table, Uint8Column } from '../columns/index.ts';

const BITS = {
  /** It has been settled. */
  standing: 1,
  enrolled: 2,
  device: 4,
  /** Nothing but its factors decided its risk level: while they stay, it stays. */
  plain: 8,
  /** Policies can be about it. */
  ruled: 16,
  /** Some denying policy is. */
  denied: 32,
  /** It is known well enough to be confined. */
  confinable: 64,
} as const;

/** What is true of an entity's standing, a bit each. */
export class StandingFlags {
  readonly #bits: Uint8Column;

  constructor(table: Table) {
    this.#bits = table.u8('flags');
  }

  has(row: number, flag: keyof typeof BITS): boolean {
    return (this.#bits.at(row) & BITS[flag]) !== 0;
  }

  set(row: number, flag: keyof typeof BITS, value: boolean): void {
    const bits = this.#bits.at(row);
    this.#bits.set(row, value ? bits | BITS[flag] : bits & ~BITS[flag]);
  }
}
