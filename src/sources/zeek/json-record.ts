import type { Refusal } from '../../model/index.ts';
import type { Fault, ZeekRecord } from './record.ts';

const MICROS_PER_SECOND = 1_000_000;
/** As seconds this would be the year 5138; as milliseconds (`JSON_timestamps = JSON::TS_MILLIS`) it is 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The fields of one JSON object. `id.orig_h` is found under that name, as `id_orig_h` (written where
 * dots are not allowed in names) or nested, `{"id": {"orig_h": …}}`.
 */
export class JsonRecord implements ZeekRecord {
  fault: Fault | null = null;
  readonly #object: JsonObject;

  constructor(object: JsonObject) {
    this.#object = object;
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
    const micros = typeof value === 'string' ? microsOfInstant(value) : microsOfNumber(value);
    if (micros === null) return this.refuse('wrong_type', field);
    return Number.isSafeInteger(micros) ? micros : this.refuse('invalid_value', field);
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

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function microsOfNumber(value: unknown): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return Math.round(value >= FIRST_MILLISECONDS ? value * 1_000 : value * MICROS_PER_SECOND);
}

/** ISO 8601 in UTC or with an offset (`JSON_timestamps = JSON::TS_ISO8601`), up to microseconds. */
function microsOfInstant(text: string): number | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (parts === null) return null;
  const [, seconds = '', fraction = '', zone = 'Z'] = parts;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${seconds}${offset}`);
  return Number.isNaN(ms) ? null : ms * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
