import {
  type DeviceId,
  type EpochMs,
  type EventsRecord,
  LIMITS,
  type Policy,
  type PolicyId,
} from '../model/index.ts';
import { compilePolicies, type Decision, type PolicyDecider } from '../policy/index.ts';
import { destinationOf, partyOf } from './contacts.ts';
import type { Engine } from './engine.ts';
import { type PastTalk, PastTalks } from './past-talks.ts';
import { openedAt } from './talk.ts';

const EXAMPLES = 5;

/** One connection of the past that a policy would have decided. */
interface TrialExample {
  readonly at: EpochMs;
  readonly entity: DeviceId;
  /** The id of a device of the fleet, the registrable domain, or the address. */
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: string;
  readonly outcome: string;
  readonly sensor: string;
  readonly uid: string | null;
  readonly communityId: string | null;
}

/** What one policy would have decided. */
export interface PolicyTried {
  readonly policy: Policy;
  matched: number;
  /** Of them established then: what enforcing it would have broken. */
  established: number;
  readonly devices: Map<DeviceId, number>;
  /** More devices than are counted. */
  hasMore: boolean;
  /** Of different devices, as far as there are. */
  readonly examples: TrialExample[];
}

/** What it would all have come to. */
export interface TrialSums {
  from: EpochMs | null;
  to: EpochMs | null;
  connections: number;
  covered: number;
  coveredNow: number;
  denied: number;
  deniedNow: number;
  newlyDenied: number;
  noLongerDenied: number;
}

/**
 * What policies would have decided of connections of the past, beside what those in force say. Nothing is changed: the
 * engine is only asked.
 */
export class PolicyTrial {
  readonly sums: TrialSums = {
    from: null,
    to: null,
    connections: 0,
    covered: 0,
    coveredNow: 0,
    denied: 0,
    deniedNow: 0,
    newlyDenied: 0,
    noLongerDenied: 0,
  };
  readonly #engine: Engine;
  readonly #talks: PastTalks;
  readonly #tried: PolicyDecider;
  readonly #byPolicy = new Map<PolicyId, PolicyTried>();

  constructor(engine: Engine, policies: readonly Policy[]) {
    this.#engine = engine;
    this.#talks = new PastTalks(engine);
    this.#tried = compilePolicies(policies, engine.keys.fingerprint);
    for (const policy of this.#tried.policies) {
      const counts = { matched: 0, established: 0, devices: new Map<DeviceId, number>(), hasMore: false };
      this.#byPolicy.set(policy.id, { policy, ...counts, examples: [] });
    }
  }

  /** By policy, the deciding first. */
  get policies(): readonly PolicyTried[] {
    return [...this.#byPolicy.values()];
  }

  take(record: EventsRecord): void {
    this.#talks.each(record, (past) => this.#judge(past));
  }

  #judge(past: PastTalk): void {
    const { talk, source, target, internal, name, match } = past;
    const { site } = talk.to;
    const subject = partyOf(source, site, this.#engine);
    const destination = destinationOf(talk, target, internal, name, match, this.#engine);
    const minute = this.#engine.minuteOfWeek(site, openedAt(talk));
    const then = this.#tried.decide(subject, destination, minute);
    this.#sum(talk.time, then, this.#engine.decider.decide(subject, destination, minute));
    const tried = then.policy === null ? undefined : this.#byPolicy.get(then.policy.id);
    if (tried !== undefined) note(tried, past);
  }

  #sum(time: EpochMs, then: Decision, now: Decision): void {
    const { sums } = this;
    const [isDenied, wasDenied] = [then.policy?.action === 'deny', now.policy?.action === 'deny'];
    sums.from = Math.min(sums.from ?? time, time);
    sums.to = Math.max(sums.to ?? time, time);
    sums.connections++;
    if (then.covered) sums.covered++;
    if (now.covered) sums.coveredNow++;
    if (isDenied) sums.denied++;
    if (wasDenied) sums.deniedNow++;
    if (isDenied && !wasDenied) sums.newlyDenied++;
    if (!isDenied && wasDenied) sums.noLongerDenied++;
  }
}

function note(tried: PolicyTried, { talk, source, target, name }: PastTalk): void {
  tried.matched++;
  if (talk.outcome === 'established') tried.established++;
  const before = tried.devices.get(source);
  if (before === undefined && tried.devices.size >= LIMITS.devicesPerTrial) tried.hasMore = true;
  else tried.devices.set(source, (before ?? 0) + 1);
  if (tried.examples.length >= EXAMPLES || (before !== undefined && tried.examples.length > 1)) return;
  const { sensor, uid, communityId } = talk.provenance;
  tried.examples.push({
    at: talk.time,
    entity: source,
    destination: target ?? name?.domain ?? talk.to.address,
    port: talk.port,
    protocol: talk.protocol,
    outcome: talk.outcome,
    sensor,
    uid,
    communityId,
  });
}
