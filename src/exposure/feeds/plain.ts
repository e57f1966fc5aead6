import { anyEntry, domainEntry, type Entry } from './entry.ts';
import type { Line, Lines } from './lines.ts';

/** What a hosts file sends its blocked names to. */
const NOWHERE = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);

/**
 * One list's vote that an address is bad. Lists copy from each other, so a vote weighs little:
 * 1 list gives 0.2, 3 give 0.49, 8 give 0.83.
 */
const VOTE = 0.2;
const VOTES_AT_MOST = 0.95;

/**
 * One address, CIDR block, domain or hash a line; `#` and `;` begin comments; an address with the
 * number of lists that name it (`ip<TAB>count`); hosts files (`0.0.0.0 evil.tld`).
 */
export function readPlain(text: string): Lines {
  return { ok: true, lines: entries(text) };
}

function* entries(text: string): Generator<Line> {
  let number = 0;
  for (const raw of text.split('\n')) {
    number++;
    const tokens = raw
      .replace(/(?:^|\s)[#;].*$/, '')
      .trim()
      .split(/\s+/);
    const [first = '', second] = tokens;
    if (first !== '') yield { number, words: [], ...readTokens(tokens, first, second) };
  }
}

function readTokens(
  tokens: readonly string[],
  first: string,
  second: string | undefined,
): Pick<Line, 'entry' | 'confidence'> {
  if (second === undefined) return { entry: anyEntry(first), confidence: null };
  if (tokens.length > 2) return { entry: { kind: 'refused', reason: 'invalid_entry' }, confidence: null };
  if (NOWHERE.has(first)) return { entry: hostsEntry(second), confidence: null };
  if (!/^\d{1,6}$/.test(second))
    return { entry: { kind: 'refused', reason: 'invalid_entry' }, confidence: null };
  const confidence = Math.min(VOTES_AT_MOST, 1 - (1 - VOTE) ** Number(second));
  return { entry: anyEntry(first), confidence };
}

/** Hosts files begin with names of the machine itself. */
function hostsEntry(name: string): Entry {
  const own = !name.includes('.') || NOWHERE.has(name) || name === 'localhost.localdomain';
  return own ? { kind: 'skipped', what: 'local_name' } : domainEntry(name);
}
