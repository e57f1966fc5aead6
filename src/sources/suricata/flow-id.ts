import type { JsonObject } from '../json-fields.ts';

/** `JSON.parse` as of ES2026: the reviver sees the source text of each number. */
type ParseWithSource = (
  text: string,
  reviver: (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown,
) => unknown;

const parseWithSource: ParseWithSource = JSON.parse;

/**
 * A flow's id with all its digits. It is a 64-bit number; sensors usually cut it to 51 bits so that it
 * survives as a double, but not all do. Only then is the text parsed once more, with an eye on the
 * digits of the record's own `flow_id` (not on one that is nested, nor on one in a string).
 */
export function flowIdOf(object: JsonObject, text: string): string | null {
  const id = object['flow_id'];
  if (typeof id === 'string') return asId(id);
  if (typeof id !== 'number') return null;
  if (Number.isSafeInteger(id)) return asId(String(id));
  return asId(digitsInSource(text));
}

function digitsInSource(text: string): string {
  const sources = new Map<unknown, string>();
  try {
    const root = parseWithSource(text, function (key, value, context) {
      if (key === 'flow_id') sources.set(this, context?.source ?? '');
      return value;
    });
    return sources.get(root) ?? '';
  } catch {
    // A reviver descends recursively, so what is nested some thousand deep exhausts the stack: no id then.
    return '';
  }
}

function asId(digits: string): string | null {
  return /^\d{1,20}$/.test(digits) ? digits : null;
}
