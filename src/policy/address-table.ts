import { type Address, type DestinationSelector, parseNetwork } from '../model/index.ts';
import type { RuleSet } from './bits.ts';
import { cutLine, type Stretch } from './stretches.ts';

type Networks = Pick<DestinationSelector, 'networks'>;

/**
 * Which rules name a network that an address is in. The addresses are cut into stretches between which no network
 * begins or ends: finding one is a binary search, however many networks there are.
 */
export class AddressTable {
  readonly #v4: Float64Array;
  readonly #v4Sets: readonly RuleSet[];
  /** Four words each. */
  readonly #v6: Uint32Array;
  readonly #v6Sets: readonly RuleSet[];
  /** An address that is being looked up: its words, the most significant first. */
  readonly #asked = new Uint32Array(4);

  /** @param selectors by rule; `null` where none of them names a network */
  static of(selectors: readonly (Networks | null)[]): AddressTable | null {
    return selectors.some((each) => each?.networks !== undefined) ? new AddressTable(selectors) : null;
  }

  private constructor(selectors: readonly (Networks | null)[]) {
    const [v4, v6]: [Stretch<bigint>[], Stretch<bigint>[]] = [[], []];
    for (const [rule, selector] of selectors.entries()) {
      for (const text of selector?.networks ?? []) {
        const network = parseNetwork(text);
        // The policy file's reader lets nothing else pass.
        if (network === null) throw new TypeError('a policy names a network that is none');
        const width = network.family === 4 ? 32 : 128;
        const behind = network.first + (1n << BigInt(width - network.prefix));
        const isToTheEnd = behind === 1n << BigInt(width);
        (network.family === 4 ? v4 : v6).push({
          rule,
          first: network.first,
          behind: isToTheEnd ? null : behind,
        });
      }
    }
    const [short, long] = [v4, v6].map((each) => cutLine(each, 0n, compare, selectors.length));
    this.#v4 = Float64Array.from(short?.cuts ?? [], Number);
    this.#v4Sets = short?.sets ?? [];
    this.#v6 = Uint32Array.from((long?.cuts ?? []).flatMap(wordsOf));
    this.#v6Sets = long?.sets ?? [];
  }

  /** @param address canonical, as events have it */
  find(address: Address): RuleSet {
    const value = v4Of(address);
    if (value >= 0) return this.#v4Sets[lastAtMost(this.#v4, value)] as RuleSet;
    v6Into(address, this.#asked);
    return this.#v6Sets[this.#lastAtMostAsked()] as RuleSet;
  }

  #lastAtMostAsked(): number {
    let [low, high] = [0, this.#v6Sets.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#isAtMostAsked(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #isAtMostAsked(cut: number): boolean {
    for (let word = 0; word < 4; word++) {
      const [own, asked] = [this.#v6[4 * cut + word] as number, this.#asked[word] as number];
      if (own !== asked) return own < asked;
    }
    return true;
  }
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wordsOf(value: bigint): number[] {
  return [96n, 64n, 32n, 0n].map((shift) => Number((value >> shift) & 0xffff_ffffn));
}

/** The place of the last cut that is no greater; the first is 0. */
function lastAtMost(cuts: Float64Array, value: number): number {
  let [low, high] = [0, cuts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((cuts[middle] as number) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** A canonical IPv4 address as a number; −1 for one that is none. */
function v4Of(text: string): number {
  let value = 0;
  let octet = 0;
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place);
    if (code === DOT) {
      value = value * 256 + octet;
      octet = 0;
    } else if (code >= ZERO && code <= NINE) octet = octet * 10 + code - ZERO;
    else return -1;
  }
  return value * 256 + octet;
}

/** A canonical IPv6 address (RFC 5952: lower case, at most one `::`) into four words. */
function v6Into(text: string, words: Uint32Array): void {
  words.fill(0);
  let group = 0;
  let count = 0;
  let gapAt = -1;
  let hasDigits = false;
  for (let place = 0; place <= text.length; place++) {
    const code = place < text.length ? text.charCodeAt(place) : COLON;
    if (code !== COLON) {
      group = (group << 4) | (code <= NINE ? code - ZERO : code - LETTER_A + 10);
      hasDigits = true;
      continue;
    }
    if (hasDigits) put(words, count++, group);
    else if (place < text.length && place > 0) gapAt = count;
    group = 0;
    hasDigits = false;
  }
  if (gapAt >= 0) moveBehindGap(words, gapAt, count);
}

/** The groups behind `::` belong at the end. */
function moveBehindGap(words: Uint32Array, gapAt: number, count: number): void {
  for (let from = count - 1, to = 7; from >= gapAt && from !== to; from--, to--) {
    put(words, to, groupAt(words, from));
    put(words, from, 0);
  }
}

function groupAt(words: Uint32Array, place: number): number {
  const word = words[place >> 1] as number;
  return (place & 1) === 0 ? word >>> 16 : word & 0xffff;
}

function put(words: Uint32Array, place: number, group: number): void {
  const word = words[place >> 1] as number;
  words[place >> 1] = (place & 1) === 0 ? (word & 0xffff) | (group << 16) : (word & 0xffff_0000) | group;
}

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const COLON = 58;
const LETTER_A = 97;
