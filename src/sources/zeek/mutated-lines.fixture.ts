import { LOG_KINDS } from './log-kinds.fixture.ts';

/** A seeded generator of chance (mulberry32): a whole number below `below`. */
export type Chance = (below: number) => number;

export function createChance(seed: number): Chance {
  let state = seed | 0;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function oneOf<T>(chance: Chance, items: readonly T[]): T {
  const item = items[chance(items.length)];
  if (item === undefined) throw new Error('nothing to choose from');
  return item;
}

/** One line of each log kind in each form of JSON that is met: numbers as such; dots, underscores or nested ends. */
export function jsonSeeds(only: string | null = null): readonly string[] {
  return LOG_KINDS.filter(({ kind }) => only === null || kind === only).flatMap(({ kind, record }) => {
    const typed = Object.entries(record).map(([name, text]) => [name, typedValue(name, text)] as const);
    const flat = typed.map(([name, value]) => [name.replaceAll('.', '_'), value] as const);
    const outer = typed.filter(([name]) => !name.startsWith('id.'));
    const id = typed
      .filter(([name]) => name.startsWith('id.'))
      .map(([name, value]) => [name.slice(3), value] as const);
    const nested = [['_path', kind] as const, ...outer, ['id', Object.fromEntries(id)] as const];
    return [typed, flat, nested].map((members) => JSON.stringify(Object.fromEntries(members)));
  });
}

function typedValue(name: string, text: string): unknown {
  if (text === 'T' || text === 'F') return text === 'T';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  return /^(answers|TTLs|tunnel_parents|msg_types|analyzers|tx_hosts|rx_hosts)$/.test(name)
    ? text.split(',')
    : text;
}

const JSON_PIECES = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  ' ',
  '\t',
  '\r',
  '\\"',
  '\\\\',
  '\\u0069d',
  '\\u00e9',
  '\\ud83d',
  '\\x41',
  '\u0001',
  'é',
  '😀',
  '\u2028',
  '\ufeff',
  '-',
  '-0',
  '0',
  '01',
  '1.',
  '.5',
  '1e3',
  '1E+2',
  '1e-7',
  '-1',
  '1e400',
  '0.1',
  '9007199254740993',
  '123456789012345678901234567890',
  '1767225600123',
  '0.00015997886657714844',
  '5e-324',
  'null',
  'true',
  'false',
  'nul',
  '[]',
  '{}',
  '[1,"a",{"b":[]}]',
  '{"orig_h":"10.0.0.9","id":{}}',
  '"conn"',
  '"-"',
  '""',
  '"id.orig_h":"10.9.9.9"',
  ',"ts":1.5',
  '"id":{"orig_h":"::1"}',
  '"i\\u0064":{"resp_p":5}',
  '"uid":"C\\u0031"',
  '"2026-01-01T00:00:00.5Z"',
  '"::ffff:1.2.3.4"',
  '"010.1.1.1"',
  '"_path":"dns"',
  '"@stream":7',
  '65536',
  '70000',
]; // prettier-ignore

/** The line with one to three things done to it that happen to files, or that a parser may get wrong. */
export function mutatedJson(chance: Chance, seeds: readonly string[]): string {
  let line = oneOf(chance, seeds);
  for (let times = chance(4); times > 0; times--) line = mutation(chance, line, seeds);
  return line;
}

function mutation(chance: Chance, line: string, seeds: readonly string[]): string {
  const at = chance(line.length + 1);
  const until = Math.min(line.length, at + 1 + chance(8));
  switch (chance(8)) {
    case 0:
      return line.slice(0, at) + oneOf(chance, JSON_PIECES) + line.slice(at);
    case 1:
      return line.slice(0, at) + line.slice(until);
    case 2:
      return line.slice(0, at) + String.fromCharCode(chance(0x100)) + line.slice(at + 1);
    case 3:
      return chance(4) === 0 ? line.slice(0, at) : line.slice(0, until) + line.slice(at);
    case 4:
      return line.slice(0, at) + oneOf(chance, seeds).slice(at);
    default:
      return anotherMember(chance, line);
  }
}

/** One value replaced, or one member written again with another value: what stays whole goes deeper. */
function anotherMember(chance: Chance, line: string): string {
  const members = [...line.matchAll(/"([^"\\]*)":("[^"\\]*"|[-+.\dA-Za-z]+)/g)];
  if (members.length === 0) return line;
  const { 0: text, 1: name, index } = oneOf(chance, members);
  const member = `"${name}":${oneOf(chance, JSON_PIECES)}`;
  const before = line.slice(0, index);
  return chance(3) === 0
    ? `${before}${text},${member}${line.slice(index + text.length)}`
    : before + member + line.slice(index + text.length);
}
