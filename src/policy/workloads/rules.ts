import { LIMITS, type Policy, type PolicyId } from '../../model/index.ts';
import type { Labels } from './selectors.ts';
import { both, together } from './selectors.ts';
import { type Isolation, type Peer, type Said, servicesInBoth, type Traffic } from './traffic.ts';

/**
 * In a cluster a connection must be allowed at both of its ends: by what is said of the workload that opens it, and of
 * the one that it is for. One of our rules decides. So they stand in six ranks: what both ends allow; what is forbidden
 * between two that are both isolated; what the receiving end allows to others; what the opening end allows elsewhere;
 * and what is left of each.
 */
const RANKS = {
  denied: 660,
  bothAllow: 650,
  bothIsolated: 640,
  receiverAllows: 630,
  openerAllows: 620,
  receiverIsolated: 610,
  openerIsolated: 600,
} as const;

type Rank = keyof typeof RANKS;
type Subject = Policy['subject'];
type Destination = Policy['destination'];

/** Pairs of one end and another that are looked at: they may be many although few of them make a rule. */
const MOST_PAIRS = 2_000_000;

/** The rules that manifests come to; `null`: more than may be in force, or than can be worked out. */
export function rulesOf({ traffic, isolations }: Said): readonly Policy[] | null {
  try {
    return worked({ traffic, isolations });
  } catch (error) {
    if (error === TOO_MANY) return null;
    throw error;
  }
}

const TOO_MANY = new RangeError('more rules than may be in force');

function worked({ traffic, isolations }: Said): readonly Policy[] {
  const rules = new Rules();
  const allowed = (direction: Traffic['direction']) =>
    traffic.filter((each) => each.verdict === 'allow' && each.direction === direction);
  for (const each of traffic.filter(({ verdict }) => verdict === 'deny')) rules.oneEnd('denied', each);
  for (const opener of allowed('egress')) {
    for (const receiver of allowed('ingress')) rules.bothEnds(opener, receiver);
  }
  const isolated = (direction: Traffic['direction']) =>
    isolations.filter((each) => each.direction === direction);
  for (const opener of isolated('egress')) {
    for (const receiver of isolated('ingress')) rules.isolatedPair(opener, receiver);
  }
  for (const each of allowed('ingress'))
    rules.oneEnd('receiverAllows', whereIsolated(each, isolated('ingress'), rules));
  for (const each of allowed('egress'))
    rules.oneEnd('openerAllows', whereIsolated(each, isolated('egress'), rules));
  for (const each of isolated('ingress')) {
    for (const labels of each.workloads)
      rules.add('receiverIsolated', each.name, {}, workloads(labels), null);
  }
  for (const each of isolated('egress')) {
    for (const labels of each.workloads) rules.add('openerIsolated', each.name, subjects(labels), {}, null);
  }
  return rules.all;
}

/** Who is not isolated needs no allowance; one of its own must not decide for the other end. */
function whereIsolated(each: Traffic, isolated: readonly Isolation[], rules: Rules): Traffic {
  if (each.isolates) return each;
  const own = isolated.flatMap((isolation) => {
    rules.lookAt(each.workloads.length * isolation.workloads.length);
    return both(each.workloads, isolation.workloads) ?? [];
  });
  return { ...each, workloads: own };
}

class Rules {
  readonly all: Policy[] = [];
  readonly #known = new Set<string>();
  readonly #numbers = new Map<string, number>();
  #pairs = 0;

  /** @throws TOO_MANY when they are beyond the bound */
  lookAt(pairs: number): void {
    this.#pairs += pairs;
    if (this.#pairs > MOST_PAIRS) throw TOO_MANY;
  }

  oneEnd(rank: Rank, { name, direction, workloads: own, peers, services }: Traffic): void {
    for (const labels of own) {
      for (const peer of peers) {
        if (direction === 'egress') this.add(rank, name, subjects(labels), destinationOf(peer), services);
        else this.add(rank, name, subjectOf(peer), workloads(labels), services);
      }
    }
  }

  /** What the one end allows and the other too. */
  bothEnds(opener: Traffic, receiver: Traffic): void {
    const [a, b] = [opener.services?.length ?? 1, receiver.services?.length ?? 1];
    this.lookAt(Math.max(1, a * b));
    const services = servicesInBoth(opener.services, receiver.services);
    if (services?.length === 0) return;
    const name = `${opener.name}_${receiver.name}`;
    this.lookAt(
      opener.workloads.length * receiver.peers.length + receiver.workloads.length * opener.peers.length,
    );
    for (const from of meeting(opener.workloads, receiver.peers)) {
      for (const to of meeting(receiver.workloads, opener.peers)) {
        this.add('bothAllow', name, subjects(from), workloads(to), services);
      }
    }
  }

  isolatedPair(opener: Isolation, receiver: Isolation): void {
    for (const from of opener.workloads) {
      for (const to of receiver.workloads) {
        this.add('bothIsolated', `${opener.name}_${receiver.name}`, subjects(from), workloads(to), null);
      }
    }
  }

  add(
    rank: Rank,
    name: string,
    subject: Subject,
    destination: Destination,
    services: readonly string[] | null,
  ): void {
    this.lookAt(1);
    const isDenied = rank === 'denied' || rank.endsWith('Isolated');
    const rule = {
      priority: RANKS[rank],
      action: isDenied ? ('deny' as const) : ('allow' as const),
      mode: 'enforce' as const,
      subject,
      destination: services === null ? destination : { ...destination, services },
    };
    const key = JSON.stringify(rule);
    if (this.#known.has(key)) return;
    if (this.all.length >= LIMITS.policies) throw TOO_MANY;
    this.#known.add(key);
    this.all.push({ id: this.#idOf(name), description: null, ...rule });
  }

  #idOf(name: string): PolicyId {
    const base = `pol_k8s_${name.replaceAll(/[^a-z0-9_.-]/g, '-').slice(0, 80)}`;
    const number = (this.#numbers.get(base) ?? 0) + 1;
    this.#numbers.set(base, number);
    return `${base}_${number}` as PolicyId;
  }
}

/** The workloads that are among both; a network or a domain is no workload. */
function meeting(own: readonly Labels[], peers: readonly Peer[]): readonly Labels[] {
  return own.flatMap((labels) =>
    peers.flatMap((peer): Labels[] => {
      if (peer.kind === 'anyone') return [labels];
      const joined = peer.kind === 'workloads' ? together(labels, peer.labels) : null;
      return joined === null ? [] : [joined];
    }),
  );
}

function subjects(labels: Labels): Subject {
  return labels.length === 0 ? { types: ['workload'] } : { labels };
}

function workloads(labels: Labels): Destination {
  return labels.length === 0 ? { types: ['workload'] } : { labels };
}

/** Who opens: networks and domains are refused where they are read. */
function subjectOf(peer: Peer): Subject {
  return peer.kind === 'workloads' ? subjects(peer.labels) : {};
}

function destinationOf(peer: Peer): Destination {
  switch (peer.kind) {
    case 'anyone':
      return {};
    case 'workloads':
      return workloads(peer.labels);
    case 'network':
      return peer.except.length === 0
        ? { networks: [peer.network] }
        : { networks: [peer.network], except: { networks: peer.except } };
    case 'domain':
      return { domains: [peer.domain] };
    case 'outside':
      return { internal: false };
  }
}
