import type { Chance } from './target.ts';

/** What readers stumble over. */
const PIECES = [
  '"',
  "'",
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\ud800',
  '\u2028',
  '\u202e',
  'é',
  '💥',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  ',',
  ':',
  '-',
  '--',
  '0',
  '-0',
  '1e999',
  '-1',
  '9'.repeat(400),
  '99999999999999999999',
  'null',
  'true',
  '{}',
  '[]',
  '""',
  '*',
  '<',
  '<=',
  '>=',
  '||',
  '|',
  '&',
  '"__proto__":{"x":1},',
  '"constructor":1,',
  'vers:npm/>=1|<',
  'pkg:npm/%',
  'cpe:2.3:o:\\:',
  'CVSS:3.1/AV:N',
  '- [',
  '\n---\n',
  '.'.repeat(300),
]; // prettier-ignore

/** A text with one to six things done to it. */
export function mutated(chance: Chance, text: string): string {
  let result = text;
  for (let times = 1 + chance(chance(3) === 0 ? 6 : 2); times > 0; times--) result = mutation(chance, result);
  return result;
}

function mutation(chance: Chance, text: string): string {
  const at = chance(text.length + 1);
  const until = Math.min(text.length, at + 1 + chance(24));
  switch (chance(6)) {
    case 0:
      return text.slice(0, at) + text.slice(until);
    case 1:
      return text.slice(0, at) + String.fromCharCode(chance(0x180)) + text.slice(at + 1);
    case 2:
      return chance(4) === 0 ? text.slice(0, at) : text.slice(0, until) + text.slice(at);
    case 3:
      return text.slice(0, at) + one(chance, PIECES).repeat(1 + chance(3)) + text.slice(at);
    default:
      return text.slice(0, at) + one(chance, PIECES) + text.slice(until);
  }
}

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** In the place of a value. */
const ODD: readonly Json[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  0.1,
  1e308,
  4_294_967_296,
  9_007_199_254_740_992,
  '',
  ' ',
  '0',
  'x'.repeat(300),
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  '2099-01-01T00:00:00Z',
  '0000-00-00',
  '1970-01-01',
  '*',
  [],
  {},
  [[]],
  [null],
  [{}],
  { constructor: 1, length: 2 },
  ['a', 1, null],
]; // prettier-ignore

/** A JSON document, or one a line, with one to four of its values, names or lists changed: it stays JSON. */
function mutatedJson(chance: Chance, text: string): string {
  const lines = text.split('\n');
  const line = chance(lines.length);
  if (lines.length > 1) return lines.with(line, mutatedJson(chance, lines[line] as string)).join('\n');
  let document = JSON.parse(text) as Json;
  for (let times = 1 + chance(4); times > 0; times--) document = changedWithin(chance, document);
  return JSON.stringify(document);
}

function changedWithin(chance: Chance, value: Json): Json {
  const isLeaf = typeof value !== 'object' || value === null;
  if (isLeaf || chance(6) === 0) return changed(chance, value);
  if (Array.isArray(value)) {
    if (value.length === 0) return changed(chance, value);
    const at = chance(value.length);
    return value.map((each, index) => (index === at ? changedWithin(chance, each) : each));
  }
  const names = Object.keys(value);
  if (names.length === 0) return changed(chance, value);
  const name = one(chance, names);
  if (chance(8) === 0) return Object.fromEntries(Object.entries(value).filter(([each]) => each !== name));
  return { ...value, [name]: changedWithin(chance, value[name] as Json) };
}

function changed(chance: Chance, value: Json): Json {
  if (typeof value === 'string' && chance(2) === 0) return mutated(chance, value);
  if (typeof value === 'number' && chance(2) === 0) return value * (chance(3) - 1) + chance(3);
  if (Array.isArray(value) && chance(2) === 0) {
    const times = 1 + chance(chance(20) === 0 ? 200 : 3);
    return Array.from({ length: times }, () => value).flat();
  }
  if (chance(6) === 0) return chance(2) === 0 ? [value] : { value };
  return one(chance, ODD);
}

/** A document as JSON that is odd, or as text that may be none. */
export function mutatedDocument(chance: Chance, text: string): string {
  return chance(3) === 0 || !isJson(text) ? mutated(chance, text) : mutatedJson(chance, text);
}

function isJson(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

export function one<T>(chance: Chance, all: readonly T[]): T {
  return all[chance(all.length)] as T;
}
