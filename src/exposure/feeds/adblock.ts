import { type Entry, hostEntry, schemelessUrlEntry } from './entry.ts';
import { mostly, type TextFormat } from './format.ts';

/** Filter lists of ad blockers: `||evil.tld^`. Exceptions (`@@`), cosmetic rules and patterns list nothing. */
export const adblock: TextFormat = {
  kind: 'text',
  name: 'adblock',
  recognises: (head) =>
    head.lines.some((line) => /^\[adblock/i.test(line)) || mostly(head, /^(?:\|\||@@)\S/, 0.6),
  reader: () => (line) => {
    const text = line.trim();
    if (text === '' || /^(?:!|\[adblock|#(?![#@?$%]))/i.test(text)) return null;
    return { entry: rule(text) };
  },
};

function rule(text: string): Entry {
  if (text.startsWith('@@')) return { kind: 'skipped', what: 'allowed' };
  if (/#[@?$%]*#/.test(text)) return { kind: 'skipped', what: 'cosmetic' };
  const match = /^\|\|([^\s^$|/*]+)(\/[^\s^$|*]*)?(?:\^?\|?)(?:\$([^\s]*))?$/.exec(text);
  const host = match?.[1];
  if (host === undefined) return { kind: 'skipped', what: 'url_pattern' };
  // A rule for some pages only says nothing of the name itself.
  if (/(?:^|,)(?:domain|from|denyallow)=/.test(match?.[3] ?? ''))
    return { kind: 'skipped', what: 'conditional' };
  const path = match?.[2];
  return path === undefined || path === '/' ? hostEntry(host) : schemelessUrlEntry(host + path);
}
