import { PAGE_ROWS } from './column.ts';
import type { StateReader, Stateful, StateWriter } from '../model/index.ts';

/**
 * Texts, each kept once and known by a small number from 1 (0 means none). A text lives as long as somebody
 * holds it; its number is then given again.
 */
export class Texts implements Stateful {
  readonly #numbers = new Map<string, number>();
  readonly #texts: string[] = [''];
  readonly #holders: number[] = [0];
  readonly #free: number[] = [];

  get size(): number {
    return this.#numbers.size;
  }

  /** The text's number, held once more. */
  hold(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      this.#holders[known] = (this.#holders[known] as number) + 1;
      return known;
    }
    const number = this.#free.pop() ?? this.#texts.length;
    this.#numbers.set(text, number);
    this.#texts[number] = text;
    this.#holders[number] = 1;
    return number;
  }

  /** Held once less. */
  release(number: number): void {
    if (number === 0) return;
    const left = (this.#holders[number] as number) - 1;
    this.#holders[number] = left;
    if (left > 0) return;
    this.#numbers.delete(this.#texts[number] as string);
    this.#texts[number] = '';
    this.#free.push(number);
  }

  /** The text's number where somebody holds it, else 0. */
  find(text: string): number {
    return this.#numbers.get(text) ?? 0;
  }

  /** The text of a number that is held; the empty text for 0. */
  at(number: number): string {
    return this.#texts[number] as string;
  }

  /** All that somebody holds. */
  all(): Iterable<string> {
    return this.#numbers.keys();
  }

  save(to: StateWriter): void {
    to.plain('free', this.#free);
    to.texts('texts', this.#texts);
    to.column('holders', [Uint32Array.from(this.#holders)], this.#holders.length);
  }

  load(from: StateReader): void {
    for (const number of from.plain('free') as number[]) this.#free.push(number);
    const holders = from.column('holders', 'u32', PAGE_ROWS);
    let number = 0;
    for (const text of from.texts('texts')) {
      const held = holders[Math.floor(number / PAGE_ROWS)]?.[number % PAGE_ROWS] ?? 0;
      this.#texts[number] = text;
      this.#holders[number] = held;
      if (held > 0) this.#numbers.set(text, number);
      number++;
    }
  }
}
