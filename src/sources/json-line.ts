import type { Observation, Reading, Skip } from '../model/index.ts';
import { isJsonObject, type JsonFields, type JsonObject } from './json-fields.ts';
import type { Line } from './line.ts';

/** What a mapping makes of a record: its observations, a skip, or `null` where a needed field is missing. */
export type Mapped = readonly Observation[] | Skip | null;

/** The JSON object on a line, or the readings that say why there is none (of a blank line: no reading). */
export function objectOn(
  line: Line,
): { readonly object: JsonObject; readonly text: string } | readonly Reading[] {
  if (line.fault !== null) return [refused(line.fault)];
  const text = line.bytes.toString('utf8').trim();
  if (text === '') return [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [refused(line.complete ? 'malformed_json' : 'half_written_line')];
  }
  return isJsonObject(value) ? { object: value, text } : [refused('not_an_object')];
}

/**
 * A record enters whole or not at all: a fault anywhere in what was asked of it refuses all it states.
 * Of several observations each has its own `uid`, so that none passes for the duplicate of another.
 */
export function readingsOf(
  fields: JsonFields,
  mapped: Mapped,
  uid: string | null = null,
): readonly Reading[] {
  const { fault } = fields;
  if (fault !== null) return [refused(fault.reason, fault.field)];
  if (mapped === null) return [refused('missing_field')];
  if ('kind' in mapped) return [mapped];
  return mapped.map((observation, index) => {
    if (uid === null) return { kind: 'observation', observation };
    return { kind: 'observation', observation, uid: index === 0 ? uid : `${uid}#${index}` };
  });
}

export function skip(what: string): Skip {
  return { kind: 'skip', what };
}

export function refused(
  reason: Extract<Reading, { kind: 'refused' }>['reason'],
  field: string | null = null,
): Reading {
  return { kind: 'refused', reason, field };
}
