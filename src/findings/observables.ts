import { type Anomaly, parseAddress } from '../model/index.ts';
import type { JsonObject } from './finding.ts';

/** OCSF `observable.type_id`. */
const TYPES = {
  resource: { type_id: 10, type: 'Resource UID' },
  address: { type_id: 2, type: 'IP Address' },
  hash: { type_id: 8, type: 'Hash' },
  hostname: { type_id: 1, type: 'Hostname' },
} as const;

/** A registrable domain or a stable host name; ids of Stance have an underscore. */
const HOSTNAME = /^(?=.{1,253}$)(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$/;
const HASH = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** What a receiver may search its own data for: the entity, and the addresses, names and hashes of the evidence. */
export function observablesOf({ entity, evidence }: Anomaly): readonly JsonObject[] {
  const seen = new Set<string>();
  return [
    { name: 'resources.uid', ...TYPES.resource, value: entity },
    ...evidence.flatMap(({ subject }) => {
      const type = subject === null ? null : typeOf(subject);
      if (subject === null || type === null || seen.has(subject)) return [];
      seen.add(subject);
      return [{ name: 'evidences.data.subject', ...type, value: subject }];
    }),
  ];
}

function typeOf(subject: string): (typeof TYPES)[keyof typeof TYPES] | null {
  if (parseAddress(subject) !== null) return TYPES.address;
  if (HASH.test(subject)) return TYPES.hash;
  return HOSTNAME.test(subject) ? TYPES.hostname : null;
}
