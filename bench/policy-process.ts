// Decides connections of a fleet by so many policies, a round after the other.
import {
  type Address,
  type Fingerprint,
  type Policy,
  type SealedName,
  THREAT_CATEGORIES,
} from '../src/model/index.ts';
import { compilePolicies, type PolicyDestination, type PolicyParty } from '../src/policy/index.ts';
import { giveBack, inputOf } from './child.ts';

export interface PolicyInput {
  /** Sizes of sets of policies, each measured by itself. */
  readonly sizes: readonly number[];
  readonly connections: number;
  readonly rounds: number;
}

export interface PolicyTimes {
  readonly policies: number;
  readonly compileMs: number;
  /** Microseconds of CPU time per decision, by round. */
  readonly decideUs: readonly number[];
  /** Shares of connections that some policy decided, and about which none speaks. */
  readonly decided: number;
  readonly notCovered: number;
}

interface Connection {
  readonly subject: PolicyParty;
  readonly to: PolicyDestination;
  readonly minute: number;
}

const DEVICES = 5_000;
const KINDS = 40;
const TAGS = 200;
const DOMAINS = 600;
const PORTS = [22, 53, 80, 123, 443, 445, 514, 554, 993, 1_883, 3_389, 8_080, 8_443, 8_883, 9_100];

let state = 1;
/** xorshift32: the same fleet and policies each time. */
function chance(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

const { sizes, connections: count, rounds } = inputOf() as PolicyInput;
const devices = Array.from({ length: DEVICES }, (_, n) => deviceOf(n));
const connections = Array.from({ length: count }, connectionOf);
giveBack(sizes.map(timesOf) satisfies PolicyTimes[]);

function timesOf(size: number): PolicyTimes {
  const policies = Array.from({ length: size }, (_, n) => policyOf(n));
  const begun = performance.now();
  const decider = compilePolicies(policies, fingerprint);
  const compileMs = performance.now() - begun;
  const decideUs: number[] = [];
  let [decided, notCovered] = [0, 0];
  // The first rounds warm up and do not count.
  for (let round = -3; round < rounds; round++) {
    const before = process.cpuUsage();
    [decided, notCovered] = [0, 0];
    for (const { subject, to, minute } of connections) {
      const { policy, covered } = decider.decide(subject, to, minute);
      if (policy !== null) decided++;
      if (!covered) notCovered++;
    }
    const { user, system } = process.cpuUsage(before);
    if (round >= 0) decideUs.push((user + system) / count);
  }
  return { policies: size, compileMs, decideUs, decided: decided / count, notCovered: notCovered / count };
}

function deviceOf(n: number): PolicyParty {
  const tags = Array.from({ length: chance(4) }, () => `tag_${chance(TAGS)}`);
  return {
    id: `dev_${n}`,
    alias: null,
    type: 'device',
    kind: `kind_${n % KINDS}`,
    tags,
    site: `site_${n % 3}`,
  };
}

/** As a security team writes them: by kind and tag, to networks, domains and kinds, by service; some at night only. */
function policyOf(n: number): Policy {
  return {
    id: `pol_${n}`,
    description: null,
    priority: chance(100),
    action: chance(3) === 0 ? 'deny' : 'allow',
    mode: 'enforce',
    subject: subjectOf(),
    destination: {
      ...placeOf(),
      ...(chance(5) < 3 ? { services: [`tcp/${port()}`, `udp/${port()}`] } : {}),
      ...(chance(6) === 0 ? { except: placeOf() } : {}),
    },
    ...(chance(10) === 0 ? { times: [{ days: ['sat', 'sun'], from: '20:00', to: '06:00' }] as const } : {}),
  };
}

function subjectOf(): Policy['subject'] {
  const dice = chance(20);
  if (dice < 11) return { kinds: [`kind_${chance(KINDS)}`] };
  if (dice < 15) return { tags: [`tag_${chance(TAGS)}`] };
  if (dice < 17)
    return { groups: [{ name: 'g', kinds: [`kind_${chance(KINDS)}`], sites: [`site_${chance(3)}`] }] };
  if (dice < 19) return { ids: [`dev_${chance(DEVICES)}`] };
  return {};
}

function placeOf(): Policy['destination'] {
  const dice = chance(20);
  if (dice < 8) return { networks: [`${address()}/${16 + chance(17)}`, `${address6()}/${48 + chance(81)}`] };
  if (dice < 13) return { domains: [domain(), domain()] };
  if (dice < 16) return { kinds: [`kind_${chance(KINDS)}`] };
  if (dice < 18) return { tags: [`tag_${chance(TAGS)}`] };
  return { categories: [THREAT_CATEGORIES[chance(THREAT_CATEGORIES.length)] ?? 'c2_server'] };
}

function connectionOf(): Connection {
  const party = chance(5) < 2 ? deviceAt(chance(DEVICES)) : null;
  return {
    subject: deviceAt(chance(DEVICES)),
    to: {
      address: chance(10) === 0 ? address6() : address(),
      name: party === null && chance(3) > 0 ? seal(`host-${chance(50)}.${domain()}`) : null,
      categories: chance(100) === 0 ? ['c2_server'] : [],
      party,
      internal: party !== null,
      protocol: chance(4) === 0 ? 'udp' : 'tcp',
      port: chance(4) === 0 ? 1_024 + chance(60_000) : port(),
    },
    minute: chance(10_080),
  };
}

function deviceAt(n: number): PolicyParty {
  const device = devices[n];
  if (device === undefined) throw new RangeError(`bench: no device ${n}`);
  return device;
}

function port(): number {
  return PORTS[chance(PORTS.length)] ?? 443;
}

function address(): Address {
  return `10.${chance(16)}.${chance(256)}.${chance(256)}` as Address;
}

function address6(): Address {
  return `2001:db8:${(1 + chance(64)).toString(16)}::${(1 + chance(65_535)).toString(16)}` as Address;
}

function domain(): string {
  return `domain-${chance(DOMAINS)}.example`;
}

function seal(name: string): SealedName {
  const labels = { count: 1, length: 6, entropy: 2 };
  return { domain: name.split('.').slice(-2).join('.'), fingerprint: fingerprint(name), parents: [], labels };
}

function fingerprint(name: string): Fingerprint {
  return `of ${name}` as Fingerprint;
}
