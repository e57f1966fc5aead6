import {
  type Address,
  type DestinationSelector,
  ENTITY_TYPES,
  type Fingerprint,
  parseAddress,
  type PartySelector,
  type Policy,
  POLICY_ACTIONS,
  POLICY_MODES,
  PROTOCOLS,
  type SealedName,
  THREAT_CATEGORIES,
  WEEKDAYS,
} from '../model/index.ts';
import type { PolicyDestination } from './destination-table.ts';
import type { PolicyParty } from './party.ts';

/** Whole numbers below a bound, by a seed: the same seed, the same policies and connections. */
export type Chance = (below: number) => number;

/** xorshift32. */
export function chanceOf(seed: number): Chance {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const SITES = ['hq', 'depot', 'plant'];
const KINDS = Array.from({ length: 20 }, (_, n) => `kind_${n}`);
const TAGS = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? `tag_${n}` : `app=a${n}`));
const DOMAINS = ['org', 'example.org', 'b.example.org', 'c.example.org', 'example.com', 'x.y.example.com'];
const NAMES = [
  'example.org',
  'b.example.org',
  'a.b.example.org',
  'd.example.org',
  'x.y.example.com',
  'z.net',
];
const PORTS = [22, 53, 80, 123, 443, 445, 514, 3_389, 8_080, 8_443];
const SERVICES = [
  'tcp/443',
  'tcp/22',
  'udp/53',
  'tcp/8000-8999',
  'udp/0-65535',
  'icmp',
  'tcp',
  'other',
  'tcp/1-1023',
];

export function fingerprintOf(name: string): Fingerprint {
  return `of ${name}` as Fingerprint;
}

export function anyPolicies(count: number, chance: Chance): readonly Policy[] {
  return Array.from({ length: count }, (_, n) => anyPolicy(n, chance));
}

function anyPolicy(n: number, chance: Chance): Policy {
  const except = chance(5) === 0 ? { except: anyDestination(chance) } : {};
  const destination = anyDestination(chance);
  const times = chance(8) === 0 ? { times: some(2, chance, () => anyTime(chance)) } : {};
  return {
    id: `pol_${n}`,
    description: null,
    priority: chance(40),
    action: one(POLICY_ACTIONS, chance),
    mode: one(POLICY_MODES, chance),
    subject: anySubject(chance),
    destination: { ...destination, ...except },
    ...times,
  };
}

function anyTime(chance: Chance) {
  const clock = () => `${String(chance(24)).padStart(2, '0')}:${String(chance(60)).padStart(2, '0')}`;
  return {
    days: some(4, chance, () => one(WEEKDAYS, chance)),
    from: clock(),
    to: chance(9) === 0 ? '24:00' : clock(),
  };
}

function anySubject(chance: Chance): PartySelector {
  const subject = looseSubject(chance);
  return Object.keys(subject).length > 0 || chance(8) === 0 ? subject : anySubject(chance);
}

function looseSubject(chance: Chance): PartySelector {
  return {
    ...maybe(9, chance, { ids: some(3, chance, () => idOf(chance)) }),
    ...maybe(2, chance, { kinds: some(4, chance, () => one(KINDS, chance)) }),
    ...maybe(9, chance, { types: some(2, chance, () => one(ENTITY_TYPES, chance)) }),
    ...maybe(5, chance, { tags: some(3, chance, () => one(TAGS, chance)) }),
    ...maybe(9, chance, { labels: some(2, chance, () => one(TAGS, chance)) }),
    ...maybe(6, chance, { sites: some(2, chance, () => one(SITES, chance)) }),
    ...maybe(9, chance, { groups: [{ name: 'g', kinds: some(5, chance, () => one(KINDS, chance)) }] }),
  };
}

/** Few rules are for everywhere: else the first of them decides all, and of the others nothing is seen. */
function anyDestination(chance: Chance): DestinationSelector {
  const destination = looseDestination(chance);
  return Object.keys(destination).length > 1 || chance(100) === 0 ? destination : anyDestination(chance);
}

function looseDestination(chance: Chance): DestinationSelector {
  return {
    ...maybe(3, chance, { networks: some(3, chance, () => networkOf(chance)) }),
    ...maybe(5, chance, { domains: some(2, chance, () => one(DOMAINS, chance)) }),
    ...maybe(9, chance, { categories: some(2, chance, () => one(THREAT_CATEGORIES, chance)) }),
    ...maybe(6, chance, { kinds: some(3, chance, () => one(KINDS, chance)) }),
    ...maybe(12, chance, { ids: some(3, chance, () => idOf(chance)) }),
    ...maybe(12, chance, { types: [one(ENTITY_TYPES, chance)] }),
    ...maybe(9, chance, { tags: some(2, chance, () => one(TAGS, chance)) }),
    ...maybe(12, chance, { labels: some(2, chance, () => one(TAGS, chance)) }),
    ...maybe(12, chance, { groups: [{ name: 'g', tags: some(5, chance, () => one(TAGS, chance)) }] }),
    ...maybe(12, chance, { internal: chance(2) === 0 }),
    ...maybe(4, chance, { ports: some(3, chance, () => one(PORTS, chance)) }),
    ...maybe(4, chance, { services: some(2, chance, () => one(SERVICES, chance)) }),
  };
}

export interface AnyConnection {
  readonly subject: PolicyParty;
  readonly to: PolicyDestination;
  readonly minute: number;
}

/** Entities that stay who they are: what a rule says of one is asked again and again. */
export function anyParties(count: number, chance: Chance): readonly PolicyParty[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `dev_${n}` as const,
    alias: n % 7 === 0 ? (`wkl_${n}` as const) : null,
    type: n % 7 === 0 ? 'workload' : 'device',
    kind: chance(9) === 0 ? null : one(KINDS, chance),
    tags: chance(2) === 0 ? [] : [...new Set(some(4, chance, () => one(TAGS, chance)))],
    site: one(SITES, chance),
  }));
}

export function anyConnection(parties: readonly PolicyParty[], chance: Chance): AnyConnection {
  const party = chance(3) === 0 ? one(parties, chance) : null;
  return {
    subject: one(parties, chance),
    to: {
      address: chance(12) === 0 ? null : addressOf(chance),
      name: chance(2) === 0 ? seal(one(NAMES, chance)) : null,
      categories: chance(9) === 0 ? some(2, chance, () => one(THREAT_CATEGORIES, chance)) : [],
      party,
      internal: party !== null || chance(4) === 0,
      protocol: one(PROTOCOLS, chance),
      port: chance(9) === 0 ? null : chance(3) === 0 ? chance(65_536) : one(PORTS, chance),
    },
    minute: chance(10_080),
  };
}

/** Names under example.org and example.com: their registrable domain is the last two labels. */
function seal(name: string): SealedName {
  const labels = name.split('.');
  const parents = labels.slice(1, -2).map((_, index) => fingerprintOf(labels.slice(index + 1).join('.')));
  return {
    domain: labels.slice(-2).join('.'),
    fingerprint: fingerprintOf(name),
    parents,
    labels: { count: 0, length: 0, entropy: 0 },
  };
}

/** Close together, so that networks lie within each other and addresses at their edges. */
function addressOf(chance: Chance): Address {
  if (chance(4) === 0) {
    const tail = chance(2) === 0 ? '' : `${chance(3).toString(16)}:`;
    return canonical(`2001:db8:${chance(4).toString(16)}::${tail}${chance(65_536).toString(16)}`);
  }
  return canonical(`10.${chance(4)}.${chance(8)}.${chance(256)}`);
}

function networkOf(chance: Chance): string {
  return chance(4) === 0
    ? `${addressOf6(chance)}/${chance(129)}`
    : `10.${chance(4)}.${chance(8)}.${chance(256)}/${chance(33)}`;
}

function addressOf6(chance: Chance): Address {
  return canonical(`2001:db8:${chance(4).toString(16)}::${chance(65_536).toString(16)}`);
}

function canonical(text: string): Address {
  const address = parseAddress(text);
  if (address === null) throw new Error(`${text} is no address`);
  return address;
}

function idOf(chance: Chance): string {
  const n = chance(200);
  return chance(3) === 0 ? `wkl_${n}` : `dev_${n}`;
}

function one<T>(values: readonly T[], chance: Chance): T {
  return values[chance(values.length)] as T;
}

function some<T>(most: number, chance: Chance, make: () => T): readonly T[] {
  return Array.from({ length: 1 + chance(most) }, make);
}

function maybe<T>(oneIn: number, chance: Chance, what: T): T | Record<string, never> {
  return chance(oneIn) === 0 ? what : {};
}
