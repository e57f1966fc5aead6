import type { z } from 'zod';
import { suggestion } from '../refusals/index.ts';
import { feedContradictions } from './feeds.ts';
import { fleetContradictions } from './fleet.ts';
import { sinkContradictions } from './outputs.ts';
import { type ConfigFile, KNOWN_KEYS } from './schema.ts';

/** What is wrong with which field. */
export interface ConfigComplaint {
  readonly keys: readonly PropertyKey[];
  readonly text: string;
}

const SHOWN_CHARS = 60;

/** One complaint per thing to mend: the field, what is allowed, what came. */
export function wordIssue(issue: z.core.$ZodIssue, content: unknown): ConfigComplaint[] {
  const keys = issue.path;
  if (issue.code === 'unrecognized_keys') {
    const known = KNOWN_KEYS[pathText(keys).replace(/\[\d+\]/g, '[]')] ?? [];
    return issue.keys.map((key) => {
      const place = [...keys, key];
      const hint = suggestion(key, known) || `; known here: ${known.join(', ')}`;
      return { keys: place, text: `unknown key ${pathText(place)}${hint}` };
    });
  }
  const value = valueAt(content, keys);
  const field = pathText(keys) || 'the configuration';
  const rule =
    issue.code === 'invalid_type' && issue.message.startsWith('Invalid')
      ? `must be ${issue.expected === 'object' ? 'a mapping of keys' : issue.expected}`
      : issue.message;
  if (value === undefined) return [{ keys, text: `${field} is missing: it ${rule}` }];
  const hint = typeof value === 'string' ? suggestion(value, candidatesFor(issue, keys)) : '';
  return [{ keys, text: `${field} ${rule}, not ${shown(value)}${hint}` }];
}

/** What each field allows alone, but not together. */
export function contradictions({
  sites,
  sources,
  feeds,
  outputs,
  identity,
  fleet,
  listen,
  trust,
  retention,
}: ConfigFile): ConfigComplaint[] {
  const complaints: ConfigComplaint[] = [
    ...repeated('sites', sites),
    ...repeated('feeds', feeds),
    ...repeated('outputs', outputs),
  ];
  if (identity !== null && listen.tls === null) {
    const text = 'identity needs listen.tls: a key is proven in a TLS handshake with Stance itself';
    complaints.push({ keys: ['identity'], text });
  }
  const { user_days: userDays, journal_days: journalDays } = retention;
  if (userDays !== null && userDays < journalDays) {
    const text = `retention.user_days must be at least journal_days (${journalDays}), not ${userDays}: the journal would still tell of who was forgotten`;
    complaints.push({ keys: ['retention', 'user_days'], text });
  }
  for (const [index, { kind, trust_domain: domain }] of trust.anchors.entries()) {
    const keys = ['trust', 'anchors', index, 'trust_domain'];
    if (kind === 'spiffe' && domain === null)
      complaints.push({ keys, text: `${pathText(keys)} is missing: a bundle does not say whose it is` });
    if (kind !== 'spiffe' && domain !== null)
      complaints.push({ keys, text: `${pathText(keys)} is for kind spiffe only` });
  }
  for (const [field, rule] of fleet === null ? [] : fleetContradictions(fleet)) {
    const keys = ['fleet', field];
    complaints.push({ keys, text: `${pathText(keys)} ${rule}` });
  }
  for (const [index, written] of outputs.entries()) {
    for (const [field, rule] of sinkContradictions(written)) {
      const keys = ['outputs', index, field];
      complaints.push({ keys, text: `${pathText(keys)} ${rule}` });
    }
  }
  for (const [index, written] of feeds.entries()) {
    for (const [field, rule] of feedContradictions(written)) {
      const keys = ['feeds', index, field];
      complaints.push({ keys, text: `${pathText(keys)} ${rule}` });
    }
  }
  for (const [index, { work_week }] of sites.entries()) {
    const { from_hour, to_hour } = work_week;
    if (from_hour >= to_hour) {
      const keys = ['sites', index, 'work_week', 'to_hour'];
      complaints.push({
        keys,
        text: `${pathText(keys)} must be later than from_hour (${from_hour}), not ${to_hour}`,
      });
    }
  }
  const known = sites.map(({ id }) => id);
  for (const [index, { site }] of sources.entries()) {
    const keys = ['sources', index, 'site'];
    if (site === null && known.length > 1) {
      complaints.push({
        keys,
        text: `${pathText(keys)} is missing: with several sites it must be one of ${known.join(', ')}`,
      });
    } else if (site !== null && !known.includes(site)) {
      complaints.push({
        keys,
        text: `${pathText(keys)} must be one of ${known.join(', ')}, not ${shown(site)}${suggestion(site, known)}`,
      });
    }
  }
  return complaints;
}

function repeated(list: string, entries: readonly { readonly id: string }[]): ConfigComplaint[] {
  return entries.flatMap(({ id }, index) => {
    const first = entries.findIndex((entry) => entry.id === id);
    const keys = [list, index, 'id'];
    return first === index
      ? []
      : [{ keys, text: `${pathText(keys)} must be unique; ${list}[${first}] has ${shown(id)} already` }];
  });
}

function candidatesFor(issue: z.core.$ZodIssue, keys: readonly PropertyKey[]): Iterable<string> {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return keys.at(-1) === 'time_zone' ? Intl.supportedValuesOf('timeZone') : [];
}

/** `sites[0].work_week.days` */
function pathText(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return path === '' ? String(key) : `${path}.${String(key)}`;
  }, '');
}

function valueAt(content: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    content,
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a mapping';
  const text = JSON.stringify(typeof value === 'string' ? withoutSecrets(value) : value) ?? 'nothing';
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}

/** What is refused stands in the log of whoever starts Stance: of a URL neither user and password nor what it asks with. */
function withoutSecrets(text: string): string {
  const [scheme] = /^\s*[a-z][a-z\d+.-]*:\/*/i.exec(text) ?? [];
  if (scheme === undefined) return text;
  const rest = text.slice(scheme.length).replace(/^.*@/s, '…@');
  return scheme + rest.replace(/([?#]).*$/s, '$1…');
}
