import type { WordNumbers } from './word-numbers.ts';

/** A word by its log's words and its number there. */
type TellWord = (words: WordNumbers, number: number) => void;

/** The words that one record uses, by their place in it (from 1); each log numbers its words for itself. */
export class WordPlaces {
  readonly #tell: TellWord;
  #texts: string[] = [];
  /** Place by text, once there are words of a second log: the two may have a word under two numbers. */
  #known: Map<string, number> | null = null;
  /** Place by number; all 0 between records. */
  readonly #placesOf = new WeakMap<WordNumbers, Uint32Array<ArrayBuffer>>();
  #words: WordNumbers | null = null;
  #places = new Uint32Array(0);
  /** Numbers that have a place, of `#words`. */
  #placed: number[] = [];

  /** @param tell of each word that gets a place, in their order */
  constructor(tell: TellWord = () => undefined) {
    this.#tell = tell;
  }

  /** The numbers that are asked for from here on are of these words. */
  turnTo(words: WordNumbers): void {
    if (words !== this.#words) this.#exchange(words);
    if (words.size > this.#places.length) this.#grow(words);
  }

  of(number: number): number {
    if (number === 0) return 0;
    const place = this.#places[number] as number;
    return place > 0 ? place : this.#enter(number);
  }

  /** The words by their places less 1; the next record has others. */
  finished(): string[] {
    const texts = this.#texts;
    this.#leave();
    this.#words = null;
    this.#known = null;
    this.#texts = [];
    return texts;
  }

  #exchange(words: WordNumbers): void {
    if (this.#words !== null) {
      this.#known ??= new Map(this.#texts.map((text, index) => [text, index + 1]));
      this.#leave();
    }
    this.#words = words;
    this.#places = this.#placesOf.get(words) ?? new Uint32Array(0);
  }

  /** What was placed is known by its text alone. */
  #leave(): void {
    for (const number of this.#placed) this.#places[number] = 0;
    this.#placed = [];
  }

  #enter(number: number): number {
    const place = this.#placeOf(number);
    this.#places[number] = place;
    this.#placed.push(number);
    return place;
  }

  #placeOf(number: number): number {
    const words = this.#words;
    const text = words?.text(number) ?? '';
    const known = this.#known?.get(text);
    if (known !== undefined || words === null) return known ?? 0;
    const place = this.#texts.push(text);
    this.#known?.set(text, place);
    this.#tell(words, number);
    return place;
  }

  #grow(words: WordNumbers): void {
    const places = new Uint32Array(words.size * 2);
    places.set(this.#places);
    this.#placesOf.set(words, places);
    this.#places = places;
  }
}
