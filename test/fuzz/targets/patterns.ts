import { NamePattern } from '../../../src/exposure/warnings/name-pattern.ts';
import { readPattern } from '../../../src/exposure/feeds/stix/pattern.ts';
import { mutated, one } from '../mutation.ts';
import { type Chance, REFUSED, type Target } from '../target.ts';

const ATOMS = [
  'a',
  'b',
  'c',
  '.',
  '-',
  '1',
  '\\.',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '\\D',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '[a-c.-]',
  '[^\\d.]',
  '[A-B]',
  '[\\w-]',
  'A',
  '[]',
  '[^]',
  '\\-',
  '_',
]; // prettier-ignore
const COUNTS = ['', '', '', '', '*', '+', '?', '{2}', '{0,2}', '{1,}', '*?', '+?', '??', '{0}'];
const ANCHORS = ['^', '$', '\\b'];
const LETTERS = ['a', 'b', 'c', '.', '-', '1', 'z', '_', '9'];
const NAME_CHARS = 14;
/** JavaScript's own way goes back: of more it may not come to an end. */
const COUNTS_AT_MOST = 5;

/** Patterns of warning lists find in names what JavaScript's regular expressions find, where both understand them. */
export const namePatterns: Target = {
  name: 'name patterns',
  input: (chance) => {
    const written = alternatives(chance, 3);
    return chance(3) === 0 ? mutated(chance, written) : written;
  },
  fault: (text, chance) => {
    const pattern = NamePattern.from(text);
    if (pattern === null) return REFUSED;
    if (pattern.size > 500) return `${pattern.size} states`;
    // In time linear in the name, whatever the pattern.
    pattern.isIn('a'.repeat(253));
    const source = /^\/(.*)\/[a-z]*$/.exec(text)?.[1] ?? text;
    if ((source.match(/[*+?{]/g) ?? []).length > COUNTS_AT_MOST || /\{\d{2}/.test(source)) return null;
    let own: RegExp;
    try {
      own = new RegExp(source, 'i');
    } catch {
      return 'understood, and no regular expression';
    }
    for (let nth = 0; nth < 4; nth++) {
      const name = Array.from({ length: chance(NAME_CHARS) }, () => one(chance, LETTERS)).join('');
      if (pattern.isIn(name) !== own.test(name)) return `differs from RegExp on "${name}"`;
    }
    return null;
  },
};

function alternatives(chance: Chance, depth: number): string {
  return Array.from({ length: 1 + chance(chance(3) === 0 ? 3 : 1) }, () => sequence(chance, depth)).join('|');
}

function sequence(chance: Chance, depth: number): string {
  return Array.from({ length: chance(5) }, () => part(chance, depth)).join('');
}

function part(chance: Chance, depth: number): string {
  if (chance(8) === 0) return one(chance, ANCHORS);
  if (depth > 0 && chance(4) === 0) {
    const inner = alternatives(chance, depth - 1);
    return `(${chance(2) === 0 ? '?:' : ''}${inner})${one(chance, COUNTS)}`;
  }
  return one(chance, ATOMS) + one(chance, COUNTS);
}

const COMPARISONS = [
  "ipv4-addr:value = '198.51.100.7'",
  "domain-name:value IN ('a.example.com', 'b.example.com')",
  "url:value = 'http://evil.example.com/x'",
  `file:hashes.'SHA-256' = '${'ab'.repeat(32)}'`,
  `file:hashes.MD5 = '${'ef'.repeat(16)}'`,
  "ipv4-addr:value ISSUBSET '203.0.113.0/24'",
  "network-traffic:dst_ref.value = '198.51.100.9'",
  "file:name LIKE '%.exe'",
  "email-addr:value MATCHES '^a'",
  "NOT domain-name:value = 'x.example.com'",
  "ipv6-addr:value = '2001:db8::7'",
  'file:size > 10',
  "windows-registry-key:values[0].data = h'ff'",
  "a:b = t'2026-05-01T00:00:00Z'",
]; // prettier-ignore
const AFTER = [
  '',
  '',
  " START t'2026-05-01T00:00:00Z' STOP t'2026-05-02T00:00:00Z'",
  ' REPEATS 5 TIMES',
  ' WITHIN 600 SECONDS',
];
const KINDS = new Set(['indicator', 'refused', 'skipped']);

/** STIX patterns, made of comparisons within brackets. */
export const stixPatterns: Target = {
  name: 'STIX patterns',
  input: (chance) => {
    const written = observation(chance, 2);
    return chance(2) === 0 ? mutated(chance, written) : written;
  },
  fault: (text) => {
    const read = readPattern(text);
    if (!read.ok) return REFUSED;
    const wrong = read.entries.find(({ kind }) => !KINDS.has(kind));
    return wrong === undefined ? null : `an unsound entry ${JSON.stringify(wrong)}`;
  },
};

function observation(chance: Chance, depth: number): string {
  if (depth > 0 && chance(3) === 0)
    return `(${observation(chance, depth - 1)} ${one(chance, ['OR', 'AND', 'FOLLOWEDBY'])} ${observation(chance, depth - 1)})${one(chance, AFTER)}`;
  return `[${comparison(chance, 2)}]${one(chance, AFTER)}`;
}

function comparison(chance: Chance, depth: number): string {
  if (depth === 0 || chance(2) === 0) return one(chance, COMPARISONS);
  const joined = `${comparison(chance, depth - 1)} ${one(chance, ['OR', 'AND'])} ${comparison(chance, depth - 1)}`;
  return chance(2) === 0 ? `(${joined})` : joined;
}
