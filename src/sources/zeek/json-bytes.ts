import type { Refusal } from '../../model/index.ts';
import { JsonMembers } from './json-members.ts';
import { microsOfInstant, microsOfNumber, millisOfInstant, millisOfNumber } from './json-values.ts';
import { type Fault, LAST_MILLIS, type ZeekRecord } from './record.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const OPEN_ARRAY = 0x5b;
const NOTHING = 0;

/**
 * The fields of one line of JSON, found in its bytes and decoded only when asked for. `id.orig_h` is found under
 * that name, as `id_orig_h` (written where dots are not allowed in names) or nested, `{"id": {"orig_h": …}}`.
 * One such record serves a whole file: `load` points it at the next line.
 */
export class JsonBytes implements ZeekRecord {
  fault: Fault | null = null;
  readonly #members = new JsonMembers();
  readonly #inner = new JsonMembers();
  #bytes: Buffer = Buffer.alloc(0);
  /** Where the value that was last looked for stands. */
  #start = 0;
  #end = 0;

  /** Why the line is no record, `null` where it is one. */
  load(bytes: Buffer): 'malformed_json' | 'not_an_object' | null {
    this.fault = null;
    this.#bytes = bytes;
    if (!this.#members.load(bytes, 0, bytes.length)) return 'malformed_json';
    return this.#members.isObject ? null : 'not_an_object';
  }

  /** The log kind that the record itself states, as it stands there. */
  statedKind(): string | null {
    const first = this.#look('_path') === NOTHING ? this.#look('@stream') : this.#look('_path');
    return first === QUOTE ? this.#decode() : null;
  }

  has(field: string): boolean {
    return this.#look(field) !== NOTHING;
  }

  text(field: string): string | null {
    const first = this.#look(field);
    if (first === NOTHING) return null;
    if (first !== QUOTE) return this.refuse('wrong_type', field);
    const text = this.#decode();
    return text === '' || text === '-' ? null : text;
  }

  texts(field: string): readonly string[] {
    const first = this.#look(field);
    if (first === NOTHING) return [];
    const value: unknown = first === OPEN_ARRAY ? this.#parse() : null;
    if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
    this.refuse('wrong_type', field);
    return [];
  }

  count(field: string): number | null {
    const first = this.#look(field);
    if (first === NOTHING) return null;
    const value = isNumber(first) ? this.#number() : -1;
    return Number.isSafeInteger(value) && value >= 0 ? value : this.refuse('wrong_type', field);
  }

  micros(field: string): number | null {
    const first = this.#look(field);
    if (first === NOTHING) return null;
    const micros = this.#micros(first);
    if (micros === null) return this.refuse('wrong_type', field);
    return Number.isSafeInteger(micros) ? micros : this.refuse('invalid_value', field);
  }

  millis(field: string): number | null {
    const recordTime = isNumber(this.#look('ts')) ? this.#number() : 0;
    const first = this.#look(field);
    if (first === NOTHING) return null;
    const millis = this.#millis(first, recordTime);
    if (millis === null) return this.refuse('wrong_type', field);
    return Math.abs(millis) <= LAST_MILLIS ? millis : this.refuse('invalid_value', field);
  }

  bool(field: string): boolean | null {
    const first = this.#look(field);
    if (first === NOTHING) return null;
    return first === 0x74 || first === 0x66 ? first === 0x74 : this.refuse('wrong_type', field);
  }

  refuse(reason: Refusal, field: string): null {
    this.fault ??= { reason, field };
    return null;
  }

  #micros(first: number): number | null {
    if (first === QUOTE) return microsOfInstant(this.#decode());
    const value = isNumber(first) ? this.#number() : Infinity;
    return Number.isFinite(value) ? microsOfNumber(value) : null;
  }

  #millis(first: number, recordTime: number): number | null {
    if (first === QUOTE) return millisOfInstant(this.#decode());
    const value = isNumber(first) ? this.#number() : Infinity;
    return Number.isFinite(value) ? millisOfNumber(value, recordTime) : null;
  }

  /** The first byte of the field's value, which tells its type; `NOTHING` where it is absent or null. */
  #look(field: string): number {
    if (this.#stands(this.#members, field)) return this.#first();
    const dot = field.indexOf('.');
    if (dot < 0) return NOTHING;
    if (this.#stands(this.#members, field.replaceAll('.', '_'))) return this.#first();
    if (!this.#stands(this.#members, field.slice(0, dot)) || this.#first() !== OPEN_OBJECT) return NOTHING;
    this.#inner.load(this.#bytes, this.#start, this.#end);
    return this.#stands(this.#inner, field.slice(dot + 1)) ? this.#first() : NOTHING;
  }

  #stands(members: JsonMembers, name: string): boolean {
    const member = members.find(name);
    if (member < 0) return false;
    this.#start = members.valueStart(member);
    this.#end = members.valueEnd(member);
    return true;
  }

  #first(): number {
    const first = this.#bytes[this.#start] ?? NOTHING;
    return first === 0x6e ? NOTHING : first;
  }

  #number(): number {
    return Number(this.#bytes.toString('latin1', this.#start, this.#end));
  }

  #decode(): string {
    const escape = this.#bytes.indexOf(BACKSLASH, this.#start);
    if (escape < 0 || escape >= this.#end)
      return this.#bytes.toString('utf8', this.#start + 1, this.#end - 1);
    return String(this.#parse());
  }

  #parse(): unknown {
    return JSON.parse(this.#bytes.toString('utf8', this.#start, this.#end));
  }
}

function isNumber(first: number): boolean {
  return first === 0x2d || (first >= 0x30 && first <= 0x39);
}
