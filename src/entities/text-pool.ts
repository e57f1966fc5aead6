import type { StateReader, StateWriter } from '../model/index.ts';

/** Texts on their way to a written state: each once, known by a number from 1; 0 is none. */
export class TextPool {
  readonly #numbers = new Map<string, number>();

  numberOf(text: string | null): number {
    if (text === null) return 0;
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#numbers.size + 1;
    this.#numbers.set(text, number);
    return number;
  }

  /** After everything that needs numbers. */
  save(to: StateWriter): void {
    to.texts('texts', this.#numbers.keys());
  }
}

/** The texts of a written state: whoever has the same one shares it. */
export class PooledTexts {
  readonly #texts: readonly string[];

  constructor(from: StateReader) {
    this.#texts = ['', ...from.texts('texts')];
  }

  at(number: number): string {
    const text = this.#texts[number];
    if (number === 0 || text === undefined) throw new RangeError(`state: there is no text ${number}`);
    return text;
  }

  atOrNull(number: number): string | null {
    return number === 0 ? null : this.at(number);
  }
}
