import { ownValue } from '../../model/index.ts';
import { compareLists, compareNumerals, compareTexts, orderBy, type VersionOrder } from './order.ts';

type Item =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'word'; readonly text: string }
  | Items;
interface Items {
  readonly kind: 'list';
  readonly items: Item[];
}

/** Known words in their order; the empty one is the release itself, and a word that is not here comes after them. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const ALIASES: Readonly<Record<string, string>> = { ga: '', final: '', release: '', cr: 'rc' };
const BEFORE_DIGITS: Readonly<Record<string, string>> = { a: 'alpha', b: 'beta', m: 'milestone' };

/**
 * Versions of Maven artefacts (Maven's Version Order Specification, as in 3.9): a tree, in which a hyphen and a change
 * between letters and digits begin a branch, and empty ends are cut off.
 */
export const mavenOrder: VersionOrder = orderBy('maven', read, (a, b) => compareItems(a, b));

function read(version: string): Items | null {
  return /^\d[A-Za-z0-9._+-]*$/.test(version) ? new Tree(version.toLowerCase()).root : null;
}

/** Reads a version, one character at a time. */
class Tree {
  readonly root: Items = { kind: 'list', items: [] };
  readonly #branches: Items[] = [this.root];
  readonly #text: string;
  #begin = 0;
  #inDigits = false;

  constructor(text: string) {
    this.#text = text;
    for (let at = 0; at < text.length; at++) this.#take(at);
    if (text.length > this.#begin) {
      if (!this.#inDigits && this.#branch.items.length > 0) this.#beginBranch();
      this.#add(this.#inDigits ? number(this.#since(text.length)) : word(this.#since(text.length), false));
    }
    for (const branch of this.#branches.toReversed()) cutEnds(branch);
  }

  get #branch(): Items {
    return this.#branches.at(-1) ?? this.root;
  }

  #take(at: number): void {
    const character = this.#text[at] ?? '';
    if (character === '.' || character === '-') this.#separate(at, character === '-');
    else if (/\d/.test(character)) this.#takeDigit(at);
    else this.#takeLetter(at);
  }

  #separate(at: number, isHyphen: boolean): void {
    const text = this.#since(at);
    this.#add(text === '' ? number('0') : this.#inDigits ? number(text) : word(text, false));
    this.#begin = at + 1;
    if (isHyphen) this.#beginBranch();
  }

  #takeDigit(at: number): void {
    if (!this.#inDigits && at > this.#begin) {
      if (this.#branch.items.length > 0) this.#beginBranch();
      this.#add(word(this.#since(at), true));
      this.#begin = at;
      this.#beginBranch();
    }
    this.#inDigits = true;
  }

  #takeLetter(at: number): void {
    if (this.#inDigits && at > this.#begin) {
      this.#add(number(this.#since(at)));
      this.#begin = at;
      this.#beginBranch();
    }
    this.#inDigits = false;
  }

  #since(end: number): string {
    return this.#text.slice(this.#begin, end);
  }

  #add(item: Item): void {
    this.#branch.items.push(item);
  }

  #beginBranch(): void {
    const branch: Items = { kind: 'list', items: [] };
    this.#add(branch);
    this.#branches.push(branch);
  }
}

function number(text: string): Item {
  return { kind: 'number', text };
}

function word(text: string, isBeforeDigits: boolean): Item {
  const spelt = isBeforeDigits ? (ownValue(BEFORE_DIGITS, text) ?? text) : text;
  return { kind: 'word', text: ownValue(ALIASES, spelt) ?? spelt };
}

function cutEnds({ items }: Items): void {
  for (let at = items.length - 1; at >= 0; at--) {
    const item = items[at];
    if (item === undefined) return;
    if (isEmpty(item)) items.splice(at, 1);
    else if (item.kind !== 'list') return;
  }
}

function isEmpty(item: Item): boolean {
  if (item.kind === 'list') return item.items.length === 0;
  return item.kind === 'number' ? compareNumerals(item.text, '0') === 0 : item.text === '';
}

const RANKS: Readonly<Record<Item['kind'], number>> = { word: 0, list: 1, number: 2 };

function compareItems(a: Item, b: Item): number {
  if (a.kind === 'list' && b.kind === 'list') return compareBranches(a, b);
  if (a.kind === 'number' && b.kind === 'number') return compareNumerals(a.text, b.text);
  if (a.kind === 'word' && b.kind === 'word') return compareWords(a.text, b.text);
  return RANKS[a.kind] - RANKS[b.kind];
}

function compareBranches(a: Items, b: Items): number {
  return compareLists(a.items, b.items, (left, right) => {
    if (left !== undefined && right !== undefined) return compareItems(left, right);
    return left === undefined ? 0 - compareToNothing(right) : compareToNothing(left);
  });
}

function compareToNothing(item: Item | undefined): number {
  if (item === undefined) return 0;
  if (item.kind === 'number') return isEmpty(item) ? 0 : 1;
  if (item.kind === 'word') return compareWords(item.text, '');
  for (const each of item.items) {
    const outcome = compareToNothing(each);
    if (outcome !== 0) return outcome;
  }
  return 0;
}

function compareWords(a: string, b: string): number {
  const left = QUALIFIERS.indexOf(a);
  const right = QUALIFIERS.indexOf(b);
  if (left === -1 && right === -1) return compareTexts(a, b);
  return (left === -1 ? QUALIFIERS.length : left) - (right === -1 ? QUALIFIERS.length : right);
}
