import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { PackedTexts } from './packed-texts.ts';

/** A number for each of many texts, as a `Map` has it, where the garbage collector does not look. */
export class NumbersByText implements Stateful {
  readonly #texts = new PackedTexts('number');
  /** One more than the number; 0 where the text is gone. */
  readonly #numbers = this.#texts.beside;

  get size(): number {
    return this.#texts.size;
  }

  has(text: string): boolean {
    return this.#texts.find(text) !== 0;
  }

  /** `undefined` where the text has none. */
  get(text: string): number | undefined {
    const place = this.#texts.find(text);
    return place === 0 ? undefined : this.#numbers.at(place) - 1;
  }

  set(text: string, number: number): void {
    this.#numbers.set(this.#texts.find(text) || this.#texts.hold(text), number + 1);
  }

  delete(text: string): void {
    this.#texts.release(this.#texts.find(text));
  }

  /** In no order that means something, but the same one for the same steps. */
  *entries(): Iterable<readonly [string, number]> {
    for (let place = 1; place < this.#texts.end; place++) {
      if (this.#texts.isHeld(place)) yield [this.#texts.at(place), this.#numbers.at(place) - 1];
    }
  }

  /** The texts whose number is meant; no text is made of another one. */
  *where(isMeant: (number: number) => boolean): Iterable<string> {
    for (let place = 1; place < this.#texts.end; place++) {
      if (this.#texts.isHeld(place) && isMeant(this.#numbers.at(place) - 1)) yield this.#texts.at(place);
    }
  }

  save(to: StateWriter): void {
    this.#texts.save(to);
  }

  load(from: StateReader): void {
    this.#texts.load(from);
  }
}
