/**
 * Seeded chance: sfc32 (C. Doty-Humphrey's Small Fast Counter, PractRand; period at least 2^32).
 *
 * Every actor draws from a stream of its own, named by a label, so that one more device or one more
 * habit does not disturb what the others do.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(seed: number, label: string) {
    const mix = mixer(`${seed}/${label}`);
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    this.#counter = 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An unsigned integer of 32 bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 ≤ x < 1. */
  float(): number {
    return this.next() / 4_294_967_296;
  }

  /** A whole number, 0 ≤ n < `below`. */
  int(below: number): number {
    return Math.floor(this.float() * below);
  }

  /** A whole number, `from` ≤ n ≤ `to`. */
  between(from: number, to: number): number {
    return from + this.int(to - from + 1);
  }

  chance(probability: number): boolean {
    return this.float() < probability;
  }

  pick<T>(options: readonly T[]): T {
    const picked = options[this.int(options.length)];
    if (picked === undefined) throw new RangeError('random: nothing to pick from');
    return picked;
  }

  /** Near normal with mean 0 and deviation 1 (four uniforms; never beyond ±3.5). */
  normal(): number {
    return (this.float() + this.float() + this.float() + this.float() - 2) * Math.sqrt(3);
  }

  /** A whole number around `median`, spread by a factor of `spread` either way: sizes and durations. */
  skewed(median: number, spread: number): number {
    return Math.max(1, Math.round(median * spread ** this.normal()));
  }

  /** How many of something that comes `mean` times on average (Knuth, TAOCP vol. 2, §3.4.1). */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.float(); product > limit; product *= this.float()) count++;
    return count;
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: this.next() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  /** `length` lower-case hex digits. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.next().toString(16).padStart(8, '0');
    return text.slice(0, length);
  }
}

/** Spreads a label over 32-bit words: FNV-1a, then murmur3's finaliser on a Weyl sequence. */
function mixer(label: string): () => number {
  let state = 0x811c9dc5;
  for (let i = 0; i < label.length; i++) state = Math.imul(state ^ label.charCodeAt(i), 0x01000193);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return word ^ (word >>> 16);
  };
}
