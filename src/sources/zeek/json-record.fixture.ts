import type { Refusal } from '../../model/index.ts';
import { microsOfInstant, microsOfNumber, millisOfInstant, millisOfNumber } from './json-values.ts';
import { type Fault, LAST_MILLIS, type ZeekRecord } from './record.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What `JsonBytes` is held to: the same record by way of `JSON.parse`. `id.orig_h` is found under that name, as
 * `id_orig_h` (written where dots are not allowed in names) or nested, `{"id": {"orig_h": …}}`.
 */
export class JsonRecord implements ZeekRecord {
  fault: Fault | null = null;
  #object: JsonObject = {};

  load(bytes: Buffer): 'malformed_json' | 'not_an_object' | null {
    this.fault = null;
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      return 'malformed_json';
    }
    if (!isObject(value)) return 'not_an_object';
    this.#object = value;
    return null;
  }

  statedKind(): string | null {
    const stated = this.#object['_path'] ?? this.#object['@stream'];
    return typeof stated === 'string' ? stated : null;
  }

  has(field: string): boolean {
    return this.#value(field) !== null;
  }

  text(field: string): string | null {
    const value = this.#value(field);
    if (value === null || value === '' || value === '-') return null;
    return typeof value === 'string' ? value : this.refuse('wrong_type', field);
  }

  texts(field: string): readonly string[] {
    const value = this.#value(field);
    if (value === null) return [];
    if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
    this.refuse('wrong_type', field);
    return [];
  }

  count(field: string): number | null {
    const value = this.#value(field);
    if (value === null) return null;
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return fits ? value : this.refuse('wrong_type', field);
  }

  micros(field: string): number | null {
    const value = this.#value(field);
    if (value === null) return null;
    const micros = microsOf(value);
    if (micros === null) return this.refuse('wrong_type', field);
    return Number.isSafeInteger(micros) ? micros : this.refuse('invalid_value', field);
  }

  millis(field: string): number | null {
    const value = this.#value(field);
    if (value === null) return null;
    const { ts } = this.#object;
    const millis = millisOf(value, typeof ts === 'number' ? ts : 0);
    if (millis === null) return this.refuse('wrong_type', field);
    return Math.abs(millis) <= LAST_MILLIS ? millis : this.refuse('invalid_value', field);
  }

  bool(field: string): boolean | null {
    const value = this.#value(field);
    if (value === null) return null;
    return typeof value === 'boolean' ? value : this.refuse('wrong_type', field);
  }

  refuse(reason: Refusal, field: string): null {
    this.fault ??= { reason, field };
    return null;
  }

  #value(field: string): unknown {
    const value = this.#object[field];
    if (value !== undefined) return value;
    const dot = field.indexOf('.');
    if (dot < 0) return null;
    const flat = this.#object[field.replaceAll('.', '_')];
    if (flat !== undefined) return flat;
    const outer = this.#object[field.slice(0, dot)];
    return isObject(outer) ? (outer[field.slice(dot + 1)] ?? null) : null;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function microsOf(value: unknown): number | null {
  if (typeof value === 'string') return microsOfInstant(value);
  return typeof value === 'number' && Number.isFinite(value) ? microsOfNumber(value) : null;
}

function millisOf(value: unknown, recordTime: number): number | null {
  if (typeof value === 'string') return millisOfInstant(value);
  return typeof value === 'number' && Number.isFinite(value) ? millisOfNumber(value, recordTime) : null;
}
