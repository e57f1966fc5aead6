import { type Address, parseAddress, type Refusal } from '../model/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonFault {
  readonly reason: Refusal;
  /** Path of the field, e.g. `src_endpoint.ip` or `vulnerabilities.0.cve.uid`. */
  readonly field: string | null;
}

/** What exporters write for an address that they do not have. */
const NO_ADDRESS = /^(?:n\/a|none|null|unknown)$/i;

/**
 * The fields of one JSON record, read by name. What is not asked for is never looked at: this is the
 * allow-list. An absent, `null` or empty field reads as `null`, and so does `-`, as Windows and web servers write it. A field of the wrong type refuses the
 * record: the first fault is kept, with its path, and the value reads as `null`.
 */
export class JsonFields {
  readonly #object: JsonObject;
  readonly #parent: JsonFields | null;
  readonly #path: string;
  #fault: JsonFault | null = null;

  constructor(object: JsonObject, parent: JsonFields | null = null, path = '') {
    this.#object = object;
    this.#parent = parent;
    this.#path = path;
  }

  /** The first fault of the whole record, wherever in it. */
  get fault(): JsonFault | null {
    return this.#parent === null ? this.#fault : this.#parent.fault;
  }

  /** Refuses the record; the first refusal stands. */
  refuse(reason: Refusal, field: string): null {
    if (this.#parent !== null) return this.#parent.refuse(reason, `${this.#path}.${field}`);
    this.#fault ??= { reason, field };
    return null;
  }

  /** The value if there is one; otherwise the record is refused for lack of `field`. */
  require<T>(field: string, value: T | null): T | null {
    return value ?? this.refuse('missing_field', field);
  }

  text(field: string): string | null {
    const value = this.#object[field];
    if (value === undefined || value === null || value === '' || value === '-') return null;
    return typeof value === 'string' ? value : this.refuse('wrong_type', field);
  }

  /** A list of texts, or one alone: whatever passes records on may have unwrapped it. */
  texts(field: string): readonly string[] {
    const alone = this.#object[field];
    if (typeof alone === 'string') return [alone];
    const texts: string[] = [];
    for (const value of this.#list(field)) {
      if (typeof value === 'string') texts.push(value);
      else this.refuse('wrong_type', field);
    }
    return texts;
  }

  /** A number as it stands. JSON has no other than finite ones, but `1e999` parses as infinity. */
  number(field: string): number | null {
    const value = this.#object[field];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'number') return this.refuse('wrong_type', field);
    return Number.isFinite(value) ? value : this.refuse('invalid_value', field);
  }

  /** A whole number from 0 on, small enough to be exact. */
  count(field: string): number | null {
    const value = this.number(field);
    if (value === null) return null;
    return Number.isSafeInteger(value) && value >= 0 ? value : this.refuse('invalid_value', field);
  }

  port(field: string): number | null {
    const value = this.count(field);
    return value === null || value <= 65_535 ? value : this.refuse('invalid_value', field);
  }

  flag(field: string): boolean | null {
    const value = this.#object[field];
    if (value === undefined || value === null) return null;
    return typeof value === 'boolean' ? value : this.refuse('wrong_type', field);
  }

  address(field: string): Address | null {
    const text = this.text(field);
    if (text === null || NO_ADDRESS.test(text)) return null;
    return parseAddress(text) ?? this.refuse('invalid_address', field);
  }

  child(field: string): JsonFields | null {
    const value = this.#object[field];
    if (value === undefined || value === null) return null;
    return isJsonObject(value) ? this.#nested(value, field) : this.refuse('wrong_type', field);
  }

  children(field: string): readonly JsonFields[] {
    const children: JsonFields[] = [];
    for (const [index, value] of this.#list(field).entries()) {
      if (isJsonObject(value)) children.push(this.#nested(value, `${field}.${index}`));
      else this.refuse('wrong_type', `${field}.${index}`);
    }
    return children;
  }

  #nested(object: JsonObject, field: string): JsonFields {
    return this.#parent === null
      ? new JsonFields(object, this, field)
      : new JsonFields(object, this.#parent, `${this.#path}.${field}`);
  }

  #list(field: string): readonly unknown[] {
    const value = this.#object[field];
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.refuse('wrong_type', field);
    return [];
  }
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
