import { ownValue } from '../../../model/index.ts';
import {
  addressOrNetworkEntry,
  domainEntry,
  type Entry,
  type FeedRefusal,
  hashEntry,
  urlEntry,
} from '../entry.ts';

/** A pattern that an honest feed writes is a few hundred characters; each costs a look at every one. */
const PATTERN_CHARS = 32_768;

export type PatternReading =
  | { readonly ok: true; readonly entries: readonly Entry[] }
  | { readonly ok: false; readonly reason: FeedRefusal };

type Token = readonly [kind: 'word' | 'text' | 'mark', value: string];

/** Object paths that name what we list. */
const PATHS: Readonly<Record<string, (text: string) => Entry>> = {
  'ipv4-addr:value': addressOrNetworkEntry,
  'ipv6-addr:value': addressOrNetworkEntry,
  'network-traffic:dst_ref.value': addressOrNetworkEntry,
  'network-traffic:src_ref.value': addressOrNetworkEntry,
  'domain-name:value': domainEntry,
  'url:value': urlEntry,
};
const HASH_PATH = /^(?:file|artifact):hashes\.(?:md5|sha-?1|sha-?256)$/;

/**
 * What a STIX pattern lists by itself: comparisons of an address, domain, URL or file hash with `=`, `IN` or
 * `ISSUBSET`, joined by `OR`; sides of an `OR` that are no such comparison are refused. An `AND` needs all its sides at once, which no single indicator is. Only where the sides
 * are hashes of one file does one of them do.
 */
export function readPattern(pattern: string): PatternReading {
  if (pattern.length > PATTERN_CHARS) return { ok: false, reason: 'pattern_unsupported' };
  const tokens = tokensOf(pattern);
  if (tokens === null) return { ok: false, reason: 'pattern_unreadable' };
  return new PatternReader(tokens).read();
}

/** One side of an `OR` may be listed where another cannot be. */
const UNSUPPORTED: Entry = { kind: 'refused', reason: 'pattern_unsupported' };

class Unlistable extends Error {
  readonly reason: FeedRefusal;

  constructor(reason: FeedRefusal) {
    super(reason);
    this.reason = reason;
  }
}

class PatternReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** Brackets within brackets; each costs stack. */
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): PatternReading {
    try {
      const entries = this.#observations();
      if (this.#at < this.#tokens.length) throw this.#unexpected();
      return entries.every((entry) => entry === UNSUPPORTED)
        ? { ok: false, reason: 'pattern_unsupported' }
        : { ok: true, entries };
    } catch (error) {
      if (error instanceof Unlistable) return { ok: false, reason: error.reason };
      throw error;
    }
  }

  /** `[…] OR […]`. */
  #observations(): Entry[] {
    const entries = [...this.#observation()];
    while (this.#takes('OR')) entries.push(...this.#observation());
    if (this.#is('AND') || this.#is('FOLLOWEDBY')) throw new Unlistable('pattern_needs_all');
    return entries;
  }

  #observation(): Entry[] {
    if (this.#takes('(')) return this.#bracketed(')', () => this.#observations());
    if (!this.#takes('[')) throw this.#unexpected();
    return this.#bracketed(']', () => this.#either());
  }

  #either(): Entry[] {
    const entries = [...this.#all()];
    while (this.#takes('OR')) entries.push(...this.#all());
    return entries;
  }

  #all(): Entry[] {
    const first = this.#comparison();
    if (!this.#is('AND')) return first;
    const sides = [first];
    while (this.#takes('AND')) sides.push(this.#comparison());
    const isOneFile = sides.every(
      ([entry, ...more]) => more.length === 0 && entry?.kind === 'indicator' && entry.type === 'hash',
    );
    if (!isOneFile) throw new Unlistable('pattern_needs_all');
    return sides
      .flat()
      .sort((a, b) => lengthOf(b) - lengthOf(a))
      .slice(0, 1);
  }

  #comparison(): Entry[] {
    if (this.#takes('(')) return this.#bracketed(')', () => this.#either());
    const path = this.#path();
    const isNot = this.#takes('NOT');
    const values = this.#operand();
    const read = HASH_PATH.test(path) ? hashEntry : ownValue(PATHS, path);
    return read === undefined || isNot || values === null ? [UNSUPPORTED] : values.map(read);
  }

  /** The values that one of must equal; `null` for an operator that lists nothing. */
  #operand(): readonly string[] | null {
    if (this.#takes('=') || this.#takes('==') || this.#takes('ISSUBSET')) return this.#textOrOther();
    if (this.#takes('IN')) return this.#list();
    if (this.#next()?.[0] === undefined) throw this.#unexpected();
    this.#at++;
    this.#skipValue();
    return null;
  }

  /** A number or a keyword compares with what we do not list. */
  #textOrOther(): readonly string[] | null {
    const token = this.#next();
    if (token?.[0] === 'mark' || token === undefined) throw this.#unexpected();
    this.#at++;
    return token[0] === 'text' ? [token[1]] : null;
  }

  #list(): string[] {
    if (!this.#takes('(')) throw this.#unexpected();
    const values = [this.#text()];
    while (this.#takes(',')) values.push(this.#text());
    if (!this.#takes(')')) throw this.#unexpected();
    return values;
  }

  #path(): string {
    let path = '';
    for (;;) {
      const token = this.#next();
      if (token === undefined || (token[0] === 'mark' && !'.[]*'.includes(token[1]))) break;
      if (path !== '' && token[0] === 'word' && !/[.:]$/.test(path)) break;
      path += token[1];
      this.#at++;
      if (path.length > 200) throw new Unlistable('pattern_unsupported');
    }
    if (!path.includes(':')) throw this.#unexpected();
    return path.toLowerCase();
  }

  #text(): string {
    const token = this.#next();
    if (token?.[0] !== 'text') throw this.#unexpected();
    this.#at++;
    return token[1];
  }

  #skipValue(): void {
    if (this.#is('(')) this.#list();
    else this.#at++;
  }

  #bracketed(closing: string, inside: () => Entry[]): Entry[] {
    if (++this.#depth > 50) throw new Unlistable('pattern_unsupported');
    const entries = inside();
    if (!this.#takes(closing)) throw this.#unexpected();
    this.#depth--;
    // A qualifier (WITHIN, REPEATS, START) makes it a thing that takes time.
    if (closing === ']' && (this.#is('WITHIN') || this.#is('REPEATS') || this.#is('START')))
      throw new Unlistable('pattern_needs_all');
    return entries;
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #is(value: string): boolean {
    const token = this.#next();
    return token !== undefined && token[0] !== 'text' && token[1].toUpperCase() === value;
  }

  #takes(value: string): boolean {
    if (!this.#is(value)) return false;
    this.#at++;
    return true;
  }

  #unexpected(): Unlistable {
    return new Unlistable('pattern_unreadable');
  }
}

function lengthOf(entry: Entry): number {
  return entry.kind === 'indicator' ? entry.value.length : 0;
}

/** `'text'` with `\'` and `\\`, words, and marks; `null` where something is neither. */
function tokensOf(pattern: string): Token[] | null {
  const tokens: Token[] = [];
  const token = /\s+|'((?:[^'\\]|\\.)*)'|([A-Za-z0-9_:-]+)|(==|!=|<=|>=|[[\]()=<>,.*])/y;
  while (token.lastIndex < pattern.length) {
    const match = token.exec(pattern);
    if (match === null) return null;
    const [, text, word, mark] = match;
    if (text !== undefined) tokens.push(['text', text.replace(/\\(.)/g, '$1')]);
    else if (word !== undefined) tokens.push(['word', word]);
    else if (mark !== undefined) tokens.push(['mark', mark]);
  }
  return tokens;
}
