/** A pattern of MISP's lists has some tens of characters; counted repetitions make many states of few. */
const PATTERN_CHARS = 200;
const STATES = 500;
/** Names are ASCII (A-labels), in lower case. */
const CODES = 128;
const LAST_STEP = 2 ** 30;

type State =
  | { readonly kind: 'one'; readonly of: Uint8Array; readonly next: number }
  | { readonly kind: 'either'; a: number; readonly b: number }
  | { readonly kind: 'start' | 'end' | 'edge'; readonly next: number }
  | { readonly kind: 'found' };

/**
 * A regular expression over names, in time linear in the name: all ways through it are followed at once, none is tried
 * again (Thompson 1968; Cox, "Regular Expression Matching Can Be Simple And Fast", 2007). JavaScript's own go back, and
 * `(a|a)(a|a)…b` takes them years. Understood are characters, classes, `.`, groups, `|`, `*`, `+`, `?`, `{m,n}`, `^`, `$` and `\b`.
 */
export class NamePattern {
  readonly #states: readonly State[];
  readonly #begin: number;
  /** Which of the states are reached, and at which step they were last. */
  readonly #at: Int32Array;
  #step = 0;

  private constructor(states: readonly State[], begin: number) {
    this.#states = states;
    this.#begin = begin;
    this.#at = new Int32Array(states.length);
  }

  /** `null` where it is written in another way, or has too many states; between slashes or bare. */
  static from(written: string): NamePattern | null {
    const source = /^\/(.*)\/[a-z]*$/.exec(written)?.[1] ?? written;
    if (source.length > PATTERN_CHARS) return null;
    try {
      const compiler = new Compiler(source);
      return new NamePattern(compiler.states, compiler.begin);
    } catch (error) {
      if (error instanceof NotUnderstood) return null;
      throw error;
    }
  }

  /** Each character of a name costs a look at so many. */
  get size(): number {
    return this.#states.length;
  }

  /** Whether it is found anywhere in the name. */
  isIn(name: string): boolean {
    let here: number[] = [];
    if (this.#step > LAST_STEP - name.length) this.#forget();
    for (let at = 0; at <= name.length; at++) {
      this.#step++;
      const reached: number[] = [];
      for (const state of [...here, this.#begin]) if (this.#reach(state, name, at, reached)) return true;
      const code = name.charCodeAt(at);
      here = [];
      for (const index of reached) {
        const state = this.#states[index];
        if (state?.kind === 'one' && state.of[code] === 1) here.push(state.next);
      }
    }
    return false;
  }

  /** Adds what is reached without a character; whether the end is. */
  #reach(from: number, name: string, at: number, reached: number[]): boolean {
    const open = [from];
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      const state = this.#states[index];
      if (state === undefined || this.#at[index] === this.#step) continue;
      this.#at[index] = this.#step;
      if (state.kind === 'found') return true;
      if (state.kind === 'one') reached.push(index);
      else if (state.kind === 'either') open.push(state.b, state.a);
      else if (holds(state.kind, name, at)) open.push(state.next);
    }
    return false;
  }

  /** Steps are counted over all names. */
  #forget(): void {
    this.#at.fill(0);
    this.#step = 0;
  }
}

function holds(what: 'start' | 'end' | 'edge', name: string, at: number): boolean {
  if (what === 'start') return at === 0;
  if (what === 'end') return at === name.length;
  return isWord(name.charCodeAt(at - 1)) !== isWord(name.charCodeAt(at));
}

function isWord(code: number): boolean {
  return WORD[code] === 1;
}

/** Adds its states before that which comes next, and says where it begins. */
type Piece = (next: number) => number;

class NotUnderstood extends Error {}

/** Reads a pattern from left to right; its states are made from the last to the first. */
class Compiler {
  readonly states: State[] = [];
  readonly begin: number;
  readonly #source: string;
  #read = 0;

  constructor(source: string) {
    this.#source = source;
    const whole = this.#alternatives();
    if (this.#read < source.length) throw new NotUnderstood();
    this.begin = whole(this.#add({ kind: 'found' }));
  }

  #alternatives(): Piece {
    let piece = this.#sequence();
    while (this.#takes('|')) {
      const [one, other] = [piece, this.#sequence()];
      piece = (next) => this.#either(one(next), other(next));
    }
    return piece;
  }

  #sequence(): Piece {
    const pieces: Piece[] = [];
    while (this.#read < this.#source.length && !this.#sees('|') && !this.#sees(')'))
      pieces.push(this.#repeated());
    return (next) => pieces.reduceRight((after, piece) => piece(after), next);
  }

  #repeated(): Piece {
    const anchor = this.#anchor();
    if (anchor !== null) return (next) => this.#add({ kind: anchor, next });
    const piece = this.#atom();
    const [least, most] = this.#count();
    // A lazy one finds the same names.
    if (most !== 1 || least !== 1) this.#takes('?');
    if (this.#sees('*') || this.#sees('+') || this.#sees('?') || this.#sees('{')) throw new NotUnderstood();
    return (next) => {
      let begin = most === null ? this.#anyTimes(piece, next) : next;
      for (let n = least; n < (most ?? 0); n++) begin = this.#either(piece(begin), next);
      for (let n = 0; n < least; n++) begin = piece(begin);
      return begin;
    };
  }

  #anyTimes(piece: Piece, next: number): number {
    const loop = { kind: 'either' as const, a: 0, b: next };
    const begin = this.#add(loop);
    loop.a = piece(begin);
    return begin;
  }

  #anchor(): 'start' | 'end' | 'edge' | null {
    if (this.#takes('^')) return 'start';
    if (this.#takes('$')) return 'end';
    return this.#takes('\\b') ? 'edge' : null;
  }

  #count(): readonly [least: number, most: number | null] {
    if (this.#takes('*')) return [0, null];
    if (this.#takes('+')) return [1, null];
    if (this.#takes('?')) return [0, 1];
    const [all, least, comma, most] = /^\{(\d{1,3})(?:(,)(\d{0,3}))?\}/.exec(this.#rest(10)) ?? [];
    if (all === undefined) return [1, 1];
    this.#read += all.length;
    const from = Number(least);
    if (comma === undefined) return [from, from];
    if (most === '') return [from, null];
    if (Number(most) < from) throw new NotUnderstood();
    return [from, Number(most)];
  }

  #atom(): Piece {
    if (this.#takes('(')) {
      if (this.#sees('?') && !this.#takes('?:')) throw new NotUnderstood();
      const inner = this.#alternatives();
      if (!this.#takes(')')) throw new NotUnderstood();
      return inner;
    }
    const of = this.#takes('[') ? this.#class() : this.#character();
    return (next) => this.#add({ kind: 'one', of, next });
  }

  #character(): Uint8Array {
    if (this.#takes('.')) return ANY;
    if (this.#takes('\\')) return this.#escaped();
    const text = this.#one();
    if ('*+?{'.includes(text)) throw new NotUnderstood();
    return only(text);
  }

  #class(): Uint8Array {
    const isNot = this.#takes('^');
    const all = new Uint8Array(CODES);
    while (!this.#takes(']')) {
      const from = this.#takes('\\') ? this.#escaped() : only(this.#one());
      const isRange = this.#sees('-') && this.#rest(2)[1] !== ']';
      const of = isRange ? this.#range(from) : from;
      for (let code = 0; code < CODES; code++) if (of[code] === 1) all[code] = 1;
    }
    return isNot ? all.map((each) => 1 - each) : all;
  }

  #range(from: Uint8Array): Uint8Array {
    this.#takes('-');
    const to = this.#takes('\\') ? this.#escaped() : only(this.#one());
    const [first, last] = [from.indexOf(1), to.indexOf(1)];
    const areOne = from.lastIndexOf(1) === first && to.lastIndexOf(1) === last;
    if (!areOne || last < first) throw new NotUnderstood();
    return setOf((code) => code >= first && code <= last);
  }

  #escaped(): Uint8Array {
    const text = this.#one();
    const known = ESCAPES.get(text);
    if (known !== undefined) return known;
    // What another letter or digit means is written in longer ways, and is no part of a name.
    if (/[a-z0-9]/i.test(text)) throw new NotUnderstood();
    return only(text);
  }

  #either(a: number, b: number): number {
    return this.#add({ kind: 'either', a, b });
  }

  #add(state: State): number {
    if (this.states.length >= STATES) throw new NotUnderstood();
    return this.states.push(state) - 1;
  }

  #rest(chars: number): string {
    return this.#source.slice(this.#read, this.#read + chars);
  }

  #sees(text: string): boolean {
    return this.#source.startsWith(text, this.#read);
  }

  #takes(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#read += text.length;
    return true;
  }

  #one(): string {
    const text = this.#source[this.#read];
    if (text === undefined) throw new NotUnderstood();
    this.#read++;
    return text;
  }
}

/** Case makes no difference: a capital stands for its small letter, too. */
function setOf(has: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: CODES }, (_, code) =>
    has(code) || (isSmall(code) && has(code - 32)) ? 1 : 0,
  );
}

function isSmall(code: number): boolean {
  return code >= 97 && code <= 122;
}

function only(text: string): Uint8Array {
  const wanted = text.charCodeAt(0);
  if (wanted >= CODES) throw new NotUnderstood();
  return setOf((code) => code === wanted);
}

function matching(of: RegExp): Uint8Array {
  return setOf((code) => of.test(String.fromCharCode(code)));
}

const ANY = matching(/./);
const WORD = matching(/\w/);
const ESCAPES: ReadonlyMap<string, Uint8Array> = new Map([
  ['d', matching(/\d/)],
  ['D', matching(/\D/)],
  ['w', WORD],
  ['W', matching(/\W/)],
  ['s', matching(/\s/)],
  ['S', matching(/\S/)],
]);
