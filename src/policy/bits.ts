/**
 * A set of rules: rule n is bit n, the deciding rule first. Behind its words stands which of them are not empty, a bit for each
 * (an aggregated bit vector, Baboescu and Varghese 2001): of thin sets most words are passed over 32 at once.
 */
export type RuleSet = Uint32Array<ArrayBuffer>;

/** The empty set of so many rules. */
export function noRules(rules: number): RuleSet {
  return new Uint32Array(lengthFor(rules));
}

/** Words of a set, with those that tell which are not empty. */
export function lengthFor(rules: number): number {
  const words = Math.ceil(rules / 32);
  return words + Math.ceil(words / 32);
}

/** Words of a set: what tells of them begins behind. */
export function wordsIn({ length }: RuleSet): number {
  return length - Math.ceil(length / 33);
}

export function add(set: RuleSet, rule: number): void {
  put(set, rule);
  put(set, 32 * wordsIn(set) + (rule >>> 5));
}

export function remove(set: RuleSet, rule: number): void {
  takeOut(set, rule);
  if (set[rule >>> 5] === 0) takeOut(set, 32 * wordsIn(set) + (rule >>> 5));
}

function put(set: RuleSet, bit: number): void {
  set[bit >>> 5] = (set[bit >>> 5] as number) | (1 << (bit & 31));
}

function takeOut(set: RuleSet, bit: number): void {
  set[bit >>> 5] = (set[bit >>> 5] as number) & ~(1 << (bit & 31));
}

export function has(set: RuleSet, rule: number): boolean {
  return isIn(set[rule >>> 5] as number, rule);
}

/** @param word that holds the rule's bit */
export function isIn(word: number, rule: number): boolean {
  return (word & (1 << (rule & 31))) !== 0;
}

/**
 * Several sets as one, without a new one for each: the answer holds until the next `begin`. What is not empty in one is not
 * empty in all of them together.
 */
export class Joining {
  readonly #nothing: RuleSet;
  readonly #scratch: RuleSet;
  #all: RuleSet;

  constructor(rules: number) {
    this.#nothing = noRules(rules);
    this.#scratch = noRules(rules);
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
