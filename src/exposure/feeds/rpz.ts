import { addressOrNetworkEntry, domainEntry, type Entry } from './entry.ts';
import { before, type FeedContext, type LineReader, type TextFormat } from './format.ts';

const RULE = /^(\S+)\s+(?:\d+[smhdw]?\s+)?(?:IN\s+)?(?:\d+\s+)?(CNAME|A|AAAA|TXT)\s+(\S+)/i;
const ZONE_ITSELF = /^(?:\$\w+|@|\s)|\s(?:SOA|NS)\s/i;

/** Response policy zones of DNS servers: `*.evil.tld CNAME .`, blocks as `24.0.2.0.192.rpz-ip`. */
export const rpz: TextFormat = {
  kind: 'text',
  name: 'rpz',
  recognises: ({ rows }) =>
    rows.some((row) => /\sCNAME\s+(?:\.|\*\.|rpz-\S+)\s*(?:;.*)?$/i.test(row)) &&
    rows.every((row) => RULE.test(row) || ZONE_ITSELF.test(row) || /^[\s\d()]+/.test(row)),
  reader: zone,
};

function zone({ head }: FeedContext): LineReader {
  const origin = head.lines.flatMap((line) => /^\$ORIGIN\s+(\S+?)\.?\s*$/i.exec(line)?.[1] ?? [])[0];
  /** A start of authority goes on over lines until its bracket is closed. */
  let isInBrackets = false;
  return (line) => {
    const text = before(line, ';').trimEnd();
    if (isInBrackets) {
      isInBrackets = !text.includes(')');
      return null;
    }
    if (text === '' || ZONE_ITSELF.test(text)) {
      isInBrackets = text.includes('(') && !text.includes(')');
      return null;
    }
    const [, owner, , target] = RULE.exec(text) ?? [];
    if (owner === undefined || target === undefined)
      return { entry: { kind: 'refused', reason: 'invalid_entry' } };
    return { entry: ruleEntry(relative(owner, origin), target) };
  };
}

function relative(owner: string, origin: string | undefined): string {
  const name = owner.endsWith('.') ? owner.slice(0, -1) : owner;
  return origin !== undefined && owner.endsWith('.') && name.endsWith(`.${origin}`)
    ? name.slice(0, -origin.length - 1)
    : name;
}

function ruleEntry(owner: string, target: string): Entry {
  if (/^rpz-passthru\.?$/i.test(target)) return { kind: 'skipped', what: 'allowed' };
  const trigger = /\.rpz-([a-z-]+)/i.exec(owner)?.[1]?.toLowerCase();
  if (trigger === 'ip') return addressOrNetworkEntry(blockOf(owner));
  return trigger === undefined
    ? domainEntry(owner)
    : { kind: 'skipped', what: `rpz_${trigger.replaceAll('-', '_')}`.slice(0, 30) };
}

/** Prefix and address stand in reverse, `zz` for `::`. */
function blockOf(owner: string): string {
  const [prefix = '', ...parts] = owner.replace(/\.rpz-ip.*$/i, '').split('.');
  const isV4 = parts.length === 4 && parts.every((part) => /^\d+$/.test(part));
  const address = parts
    .toReversed()
    .join(isV4 ? '.' : ':')
    .replace(/:?zz:?/i, '::');
  return `${address}/${prefix}`;
}
