import type { Table } from '../../columns/index.ts';

/** So many chances are remembered: then both counts are halved, and what was weighs half as much. */
const MOST_CHANCES = 1_024;
const MOST_TIMES = 255;

/** How often something happens where it could: a count of the chances and of the times. */
export class Frequency {
  readonly #chances;
  readonly #times;

  constructor(rows: Table, name: string) {
    this.#chances = rows.u16(`${name}_chances`);
    this.#times = rows.u8(`${name}_times`);
  }

  /** That it happens at the next chance: half a time is added for what was not seen yet (Krichevsky and Trofimov 1981). */
  of(row: number): number {
    return (this.#times.at(row) + 0.5) / (this.#chances.at(row) + 1);
  }

  /** How often it could have happened; less than that after very many. */
  chances(row: number): number {
    return this.#chances.at(row);
  }

  learn(row: number, happened: boolean): void {
    let chances = this.#chances.at(row) + 1;
    let times = this.#times.at(row) + (happened ? 1 : 0);
    if (chances >= MOST_CHANCES || times > MOST_TIMES) [chances, times] = [chances >> 1, times >> 1];
    this.#chances.set(row, chances);
    this.#times.set(row, times);
  }
}
