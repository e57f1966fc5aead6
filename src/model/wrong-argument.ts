import type { z } from 'zod';

/** A caller's own word repeated to them is cut here: long enough to recognise, too short to fill a context. */
const ECHO_CHARS = 80;
const NAMES_SHOWN = 5;

/** One plain sentence for a wrong argument: the field, what came, what is allowed. */
export function wordIssue(issue: z.core.$ZodIssue, allowed: readonly string[], input: unknown): string {
  const field = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const names = issue.keys.slice(0, NAMES_SHOWN).map(quote).join(', ');
    if (field !== '') return `There is no ${names} in "${field}"; ${issue.message}.`;
    return `There is no argument ${names}; allowed are: ${allowed.join(', ')}.`;
  }
  if (field === '') return `The arguments must be an object with: ${allowed.join(', ')}.`;
  const value = valueAt(input, issue.path);
  if (value === undefined) return `"${field}" is required: ${expectation(issue)}.`;
  return `"${field}" was ${describe(value)}; allowed is ${expectation(issue)}.`;
}

const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
};

/** What would have been right, from zod's own account of what was wrong. */
function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_big') return `at most ${amount(issue.maximum, issue.origin)}`;
  if (issue.code === 'too_small')
    return `${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
  if (issue.code === 'invalid_type') return TYPES[issue.expected] ?? `a ${issue.expected}`;
  if (issue.code === 'invalid_format' && issue.format === 'datetime') {
    return 'an ISO 8601 instant with a time zone, e.g. 2026-05-21T09:00:00Z';
  }
  return issue.message;
}

function amount(bound: number | bigint, origin: string): string {
  if (origin === 'array') return Number(bound) === 1 ? '1 entry' : `${bound} entries`;
  if (origin !== 'string') return String(bound);
  return Number(bound) === 1 ? '1 character' : `${bound} characters`;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string')
    return value.length > ECHO_CHARS ? `a string of ${value.length} characters` : quote(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return 'an object';
  return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
}

/** JSON quoting shows control characters instead of sending them on. */
function quote(text: string): string {
  return JSON.stringify(text.length > ECHO_CHARS ? `${text.slice(0, ECHO_CHARS)}…` : text);
}
