import { domainEntry } from './entry.ts';
import { before, mostly, type TextFormat } from './format.ts';
import type { Found } from './found.ts';

/** What a hosts file sends its blocked names to. */
const NOWHERE = new Set(['0.0.0.0', '127.0.0.1', '::', '::1']);
const LINE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)\s+\S/;
const ADDRESS_AND_NAME = /^(?:\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*(?:%\w+)?)\s+[\w.-]*[a-z]/i;

/** `0.0.0.0 evil.tld`, several names a line; the machine's own names are passed over. */
export const hosts: TextFormat = {
  kind: 'text',
  name: 'hosts',
  recognises: (head) => head.rows.some(isHostsLine) && mostly(head, ADDRESS_AND_NAME),
  reader: () => (line) => {
    const text = before(line, '#').trim();
    if (text === '') return null;
    return isHostsLine(text) ? hostsLine(text) : otherLine(text);
  },
};

export function isHostsLine(text: string): boolean {
  return LINE.test(text);
}

export function hostsLine(text: string): readonly Found[] {
  return text
    .split(/\s+/, 33)
    .slice(1)
    .map((name) => ({ entry: isOwn(name) ? LOCAL : domainEntry(name) }));
}

const LOCAL = { kind: 'skipped', what: 'local_name' } as const;

/** Multicast and broadcast names of the machine's own network; anything else sends a name somewhere. */
function otherLine(text: string): Found {
  const isNetwork = /^(?:255\.255\.255\.255|f[ef][0-9a-f]*:[0-9a-f:]*(?:%\w+)?)\s/i.test(text);
  return { entry: isNetwork ? LOCAL : { kind: 'refused', reason: 'invalid_entry' } };
}

function isOwn(name: string): boolean {
  return !name.includes('.') || NOWHERE.has(name) || name === 'localhost.localdomain';
}
