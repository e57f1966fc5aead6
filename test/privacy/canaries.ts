import { PatternSearch } from './pattern-search.ts';
import { spellingsOf } from './spellings.ts';

/**
 * Words that must never come out again. Each is unique and names where it was put, so that one that is found
 * says which field let it through.
 */
export class Canaries {
  readonly #prefix: string;
  readonly #placed = new Map<string, string>();
  readonly #bytes: (readonly [string, string])[] = [];
  /** Made when something is looked for, anew when a canary came since. */
  #search: { readonly size: number; readonly anyCase: PatternSearch; readonly asIs: PatternSearch } | null =
    null;

  /** @param prefix of its words: two sets that are searched for in the same bytes have two */
  constructor(prefix = 'kanarzq') {
    this.#prefix = prefix;
  }

  /** A new canary: eleven lower-case letters, fit for a DNS label, a name, a path. */
  word(where: string): string {
    let rest = this.#placed.size;
    let letters = '';
    for (let i = 0; i < 4; i++) {
      letters = String.fromCharCode(97 + (rest % 26)) + letters;
      rest = Math.floor(rest / 26);
    }
    return this.place(`${this.#prefix}${letters}`, where);
  }

  /** Any other text that must not come out, such as a MAC address. */
  place(text: string, where: string): string {
    this.#placed.set(text, where);
    return text;
  }

  /** Bytes that must not come out as they are, such as those of a fingerprint. */
  placeBytes(bytes: Uint8Array, where: string): void {
    this.#bytes.push([Buffer.from(bytes).toString('latin1'), where]);
  }

  get size(): number {
    return this.#placed.size + this.#bytes.length;
  }

  /** Where each canary that stands in these bytes had been put, in whatever usual spelling it stands there. */
  foundIn(bytes: Uint8Array): readonly string[] {
    const { anyCase, asIs } = this.#made();
    const folded = folding(bytes);
    const found = new Set([...asIs.in(bytes), ...anyCase.in(folded)]);
    // UTF-16 and UTF-32 of these letters are the letters with zeros between.
    if (bytes.includes(0))
      for (const each of anyCase.in(folded.filter((byte) => byte !== 0))) found.add(each);
    return [...found].sort();
  }

  #made() {
    if (this.#search !== null && this.#search.size === this.size) return this.#search;
    const [anyCase, asIs] = [new PatternSearch(), new PatternSearch()];
    for (const [text, where] of this.#placed) {
      const spellings = spellingsOf(text);
      for (const each of spellings.anyCase) anyCase.add(each, `${where}: ${text}`);
      for (const each of spellings.asIs) asIs.add(each, `${where}: ${text}`);
    }
    for (const [pattern, where] of this.#bytes) asIs.add(pattern, where);
    return (this.#search = { size: this.size, anyCase, asIs });
  }
}

/** With its capitals made small. */
function folding(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
}
