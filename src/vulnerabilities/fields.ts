import { withoutUnseen } from '../model/index.ts';

/** Reading what somebody else wrote: anything may be missing or of another kind. */
export type Fields = Readonly<Record<string, unknown>>;

const NOTHING: Fields = {};
/** A name, a version, an id; more is text. */
const LONGEST_TEXT = 512;

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : NOTHING;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function childrenOf(value: unknown): readonly Fields[] {
  return listOf(value).map(fieldsOf);
}

/** A text that is there and not too long, without what is not seen of it: answers show it to assistants, and go to other systems. */
export function textOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_TEXT) return null;
  const seen = withoutUnseen(value, '');
  return seen === '' ? null : seen;
}

/** What something is told apart by: one that looks like another is none. */
export function idOf(value: unknown): string | null {
  const id = textOf(value);
  return id === value ? id : null;
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).flatMap((each) => textOf(each) ?? []);
}

export function numberOf(value: unknown, least: number, most: number): number | null {
  return typeof value === 'number' && value >= least && value <= most ? value : null;
}

/** An instant as documents of this field write it; a date is its midnight, UTC. */
export function instantOf(value: unknown): number | null {
  const text = textOf(value);
  const at = text === null ? Number.NaN : Date.parse(text);
  return Number.isFinite(at) && at > 0 ? at : null;
}

/** The whole number that a document counts its revisions by. */
export function revisionOf(value: unknown): { readonly revision?: number } {
  return Number.isSafeInteger(value) && Number(value) > 0 ? { revision: Number(value) } : {};
}

/** Percent-encoding undone; a text that has it wrong stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
