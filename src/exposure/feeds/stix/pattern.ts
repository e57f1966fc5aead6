import { type IndicatorType, ownValue } from '../../../model/index.ts';
import {
  addressOrNetworkEntry,
  domainEntry,
  type Entry,
  type FeedRefusal,
  hashEntry,
  hostEntry,
  urlEntry,
  withPort,
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
  'network-traffic:dst_ref.value': endEntry,
  'network-traffic:src_ref.value': endEntry,
  'domain-name:value': domainEntry,
  'url:value': urlEntry,
};
/** Beside what is listed they say of what type it is, or to which address a name led: it is the same thing without them. */
const SAYS_NO_MORE =
  /^(?:network-traffic:(?:dst|src)_ref\.type|domain-name:resolves_to_refs\[\*\]\.(?:value|type))$/;
/** A file is the one that its hash names, whatever it is called. */
const ABOUT_FILE = /^(?:file|artifact):(?:name|size|mime_type|parent_directory_ref\.path)$/;
const PORT_PATH = 'network-traffic:dst_port';
const HASH_PATH = /^(?:file|artifact):hashes\.(?:md5|sha-?1|sha-?256)$/;

/**
 * What a STIX pattern lists by itself: comparisons of an address, domain, URL or file hash with `=`, `IN` or
 * `ISSUBSET`, joined by `OR`; sides of an `OR` that are no such comparison are refused. An `AND` needs all its sides at once, which no single
 * indicator is: unless they are hashes of one file, of which one does, a port beside an address or a name, or what narrows nothing.
 */
export function readPattern(pattern: string): PatternReading {
  if (pattern.length > PATTERN_CHARS) return { ok: false, reason: 'pattern_unsupported' };
  const tokens = tokensOf(pattern);
  if (tokens === null) return { ok: false, reason: 'pattern_unreadable' };
  return new PatternReader(tokens).read();
}

/** One side of an `OR` may be listed where another cannot be. */
const UNSUPPORTED: Entry = { kind: 'refused', reason: 'pattern_unsupported' };
const NEEDS_ALL: Entry = { kind: 'refused', reason: 'pattern_needs_all' };

/** One side of an `AND`: what it lists by itself, and what it is to the other sides. */
interface Side {
  readonly entries: readonly Entry[];
  readonly role: 'thing' | 'no_more' | 'about_file' | 'port';
  readonly port?: string;
}

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
      const [first] = entries;
      const isInVain = entries.every((entry) => entry === UNSUPPORTED || entry === NEEDS_ALL);
      return isInVain && first?.kind === 'refused'
        ? { ok: false, reason: first.reason }
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

  #observation(): readonly Entry[] {
    if (this.#takes('(')) return this.#bracketed(')', () => this.#observations());
    if (!this.#takes('[')) throw this.#unexpected();
    return this.#bracketed(']', () => this.#either());
  }

  #either(): readonly Entry[] {
    const entries = [...this.#all()];
    while (this.#takes('OR')) entries.push(...this.#all());
    return entries;
  }

  #all(): readonly Entry[] {
    const sides = [this.#comparison()];
    while (this.#takes('AND')) sides.push(this.#comparison());
    return sides.length === 1 ? (sides[0]?.entries ?? []) : together(sides);
  }

  #comparison(): Side {
    if (this.#takes('(')) return { role: 'thing', entries: this.#bracketed(')', () => this.#either()) };
    const path = this.#path();
    const isNot = this.#takes('NOT');
    const values = this.#operand();
    if (isNot || values === null) return { role: 'thing', entries: [UNSUPPORTED] };
    const [port] = values;
    if (path === PORT_PATH && port !== undefined) return { role: 'port', entries: [UNSUPPORTED], port };
    if (SAYS_NO_MORE.test(path)) return { role: 'no_more', entries: [UNSUPPORTED] };
    if (ABOUT_FILE.test(path)) return { role: 'about_file', entries: [UNSUPPORTED] };
    const read = HASH_PATH.test(path) ? hashEntry : ownValue(PATHS, path);
    return { role: 'thing', entries: read === undefined ? [UNSUPPORTED] : values.map(read) };
  }

  /** The values of which one must be equal; `null` for an operator that lists nothing. */
  #operand(): readonly string[] | null {
    if (this.#takes('=') || this.#takes('==') || this.#takes('ISSUBSET')) return this.#textOrOther();
    if (this.#takes('IN')) return this.#list();
    if (this.#next()?.[0] === undefined) throw this.#unexpected();
    this.#at++;
    this.#skipValue();
    return null;
  }

  #textOrOther(): readonly string[] {
    const token = this.#next();
    if (token?.[0] === 'mark' || token === undefined) throw this.#unexpected();
    this.#at++;
    return [token[1]];
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

  #bracketed(closing: string, inside: () => readonly Entry[]): readonly Entry[] {
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

/** What sides that must all hold list. */
function together(sides: readonly Side[]): readonly Entry[] {
  const things = sides.filter(({ role }) => role === 'thing');
  const about = sides.filter(({ role }) => role === 'about_file' || role === 'port');
  const only = things.flatMap(({ entries }) => entries);
  if (
    things.every(({ entries: [entry, ...more] }) => more.length === 0 && isOf(entry, ['hash'])) &&
    only.length > 0
  )
    return about.every(({ role }) => role === 'about_file') ? [strongest(only)] : [NEEDS_ALL];
  const [port, ...more] = about;
  if (things.length !== 1 || only.some((entry) => isOf(entry, ['hash']))) return [NEEDS_ALL];
  if (port === undefined) return only;
  return port.role === 'port' && more.length === 0
    ? only.map((entry) => withPort(entry, port.port))
    : [NEEDS_ALL];
}

function isOf(entry: Entry | undefined, types: readonly IndicatorType[]): boolean {
  return entry?.kind === 'indicator' && types.includes(entry.type);
}

function strongest(hashes: readonly Entry[]): Entry {
  return hashes.reduce((best, entry) => (lengthOf(entry) > lengthOf(best) ? entry : best));
}

function endEntry(text: string): Entry {
  return text.includes('/') ? addressOrNetworkEntry(text) : hostEntry(text);
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
