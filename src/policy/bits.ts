/** A set of rules: rule n is bit n, the deciding rule first. */
export type RuleSet = Uint32Array<ArrayBuffer>;

export function wordsFor(rules: number): number {
  return Math.ceil(rules / 32);
}

export function add(set: RuleSet, rule: number): void {
  set[rule >>> 5] = (set[rule >>> 5] as number) | (1 << (rule & 31));
}

export function remove(set: RuleSet, rule: number): void {
  set[rule >>> 5] = (set[rule >>> 5] as number) & ~(1 << (rule & 31));
}

export function has(set: RuleSet, rule: number): boolean {
  return isIn(set[rule >>> 5] as number, rule);
}

/** @param word that holds the rule's bit */
export function isIn(word: number, rule: number): boolean {
  return (word & (1 << (rule & 31))) !== 0;
}

/** Several sets as one, without a new one for each: the answer holds until the next `begin`. */
export class Joining {
  readonly #nothing: RuleSet;
  readonly #scratch: RuleSet;
  #all: RuleSet;

  constructor(rules: number) {
    this.#nothing = new Uint32Array(wordsFor(rules));
    this.#scratch = new Uint32Array(wordsFor(rules));
    this.#all = this.#nothing;
  }

  get all(): RuleSet {
    return this.#all;
  }

  begin(): void {
    this.#all = this.#nothing;
  }

  take(set: RuleSet | undefined): void {
    if (set === undefined) return;
    const before = this.#all;
    if (before === this.#nothing) {
      this.#all = set;
      return;
    }
    const into = this.#scratch;
    for (let word = 0; word < into.length; word++)
      into[word] = (before[word] as number) | (set[word] as number);
    this.#all = into;
  }
}

/** The first rule of a word that is not empty. */
export function firstOf(word: number): number {
  return 31 - Math.clz32(word & -word);
}
