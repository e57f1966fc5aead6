import { dropOldest } from '../model/index.ts';
import type { Tables } from './tables.ts';

/** Names of factors, kinds, causes and actors are few; beyond this the table is asked. */
const REMEMBERED = 10_000;

/** Texts that come again and again, by number. */
export class Words {
  readonly #tables: Tables;
  readonly #numbers = new Map<string, number>();
  readonly #texts = new Map<number, string>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  number(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) this.#remember(text, (number = this.#tables.word(text)));
    return number;
  }

  numberOrNull(text: string | null): number | null {
    return text === null ? null : this.number(text);
  }

  text(number: number): string {
    let text = this.#texts.get(number);
    if (text === undefined) this.#remember((text = this.#tables.text(number)), number);
    return text;
  }

  textOrNull(number: number | null): string | null {
    return number === null ? null : this.text(number);
  }

  /** After a transaction that failed: what it added is not there. */
  forget(): void {
    this.#numbers.clear();
    this.#texts.clear();
  }

  #remember(text: string, number: number): void {
    if (this.#numbers.size >= REMEMBERED) dropOldest(this.#numbers);
    if (this.#texts.size >= REMEMBERED) dropOldest(this.#texts);
    this.#numbers.set(text, number);
    this.#texts.set(number, text);
  }
}
