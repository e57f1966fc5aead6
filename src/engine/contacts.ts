import type { Contact } from '../behavior/index.ts';
import {
  type ContactOutcome,
  type Destination,
  destinationKeys,
  type Match,
  verdict,
} from '../exposure/index.ts';
import type { DeviceId, EpochMs, Evidence, Outcome, Provenance, SealedName } from '../model/index.ts';
import type { Decision } from '../policy/index.ts';
import type { ListedMet, Occurrence } from './occurrence.ts';
import type { SensorState } from './sensors.ts';
import type { Surroundings } from './surroundings.ts';
import type { Talk } from './talk.ts';

/** What a connection means for its two ends, as far as they are ours. */
export function contacts(talk: Talk, sensor: SensorState, around: Surroundings): readonly Occurrence[] {
  const source = talk.from.meet(talk.time).device;
  const answered = talk.outcome === 'established';
  const other = answered ? talk.to.meet(talk.time) : talk.to.lookUp(talk.time);
  const target = other.device;
  const occurrences: Occurrence[] = [];
  if (source !== null)
    outbound(occurrences, talk, { source, target, isLocal: other.isLocal }, sensor, around);
  if (target !== null) inbound(occurrences, talk, target, source, sensor, around);
  return occurrences;
}

interface Ends {
  readonly source: DeviceId;
  readonly target: DeviceId | null;
  /** The address that it went to is one of the site's own, whoever is there. */
  readonly isLocal: boolean;
}

function outbound(
  occurrences: Occurrence[],
  talk: Talk,
  { source, target, isLocal }: Ends,
  sensor: SensorState,
  around: Surroundings,
): void {
  const { time, to } = talk;
  const name = talk.name ?? around.names.nameOf(talk.from.site, talk.from.address, to.address);
  const internal = target !== null || isLocal;
  const match = target === null ? matchOutside(talk, name, around) : null;
  rememberDestination(talk, source, target === null ? name : null, around);
  const peer = target ?? name?.domain ?? to.address;
  const display = internal || name === null ? to.address : around.names.display(name);
  const ruling = rule(talk, source, target, internal, name, match, around);
  occurrences.push({
    kind: 'contact',
    entity: source,
    time,
    sensor,
    contact: new ContactOfTalk(talk, 'outbound', peer, display, internal),
    teaches: talk.teaches,
    ruling,
  });
  if (match !== null) occurrences.push(listedMet(talk, source, match, outcomeOf(talk.outcome)));
}

function inbound(
  occurrences: Occurrence[],
  talk: Talk,
  target: DeviceId,
  source: DeviceId | null,
  sensor: SensorState,
  { indicators }: Surroundings,
): void {
  const { time, from } = talk;
  const answered = talk.outcome === 'established';
  const match = source === null ? from.match(indicators, time) : null;
  const contact = new ContactOfTalk(talk, 'inbound', source ?? from.address, from.address, source !== null);
  // What nobody answered is the network's noise, not this machine's behaviour.
  occurrences.push({
    kind: 'contact',
    entity: target,
    time,
    sensor: answered ? sensor : null,
    contact,
    teaches: talk.teaches && answered,
    ruling: null,
  });
  if (match !== null) occurrences.push(listedMet(talk, target, match, 'inbound'));
}

/** A connection as one of its ends lived it; where the sensor saw it is spelt out only if somebody asks. */
class ContactOfTalk implements Contact {
  readonly direction: Contact['direction'];
  readonly peer: string;
  readonly display: string;
  readonly internal: boolean;
  readonly time: EpochMs;
  readonly protocol: Contact['protocol'];
  readonly port: number | null;
  readonly outcome: Outcome;
  readonly bytesSent: number | null;
  readonly bytesReceived: number | null;
  readonly #talk: Talk;

  constructor(talk: Talk, direction: Contact['direction'], peer: string, display: string, internal: boolean) {
    this.direction = direction;
    this.peer = peer;
    this.display = display;
    this.internal = internal;
    this.time = talk.time;
    this.protocol = talk.protocol;
    this.port = talk.port;
    this.outcome = talk.outcome;
    this.bytesSent = direction === 'outbound' ? talk.bytesOut : talk.bytesIn;
    this.bytesReceived = direction === 'outbound' ? talk.bytesIn : talk.bytesOut;
    this.#talk = talk;
  }

  get provenance(): Provenance {
    return this.#talk.provenance;
  }
}

/** The listed address, or the listed name by which it was asked for. */
function matchOutside(
  { to, time }: Talk,
  name: SealedName | null,
  { indicators }: Surroundings,
): Match | null {
  return to.match(indicators, time) ?? (name === null ? null : matchOfName(name, time, indicators));
}

export function matchOfName(
  name: SealedName,
  time: EpochMs,
  indicators: Surroundings['indicators'],
): Match | null {
  const destination: Destination = { type: 'domain', name };
  const listings = indicators.matchDestination(destination);
  return listings.length === 0 ? null : { destination, verdict: verdict(listings, time, false) };
}

function rule(
  talk: Talk,
  source: DeviceId,
  target: DeviceId | null,
  internal: boolean,
  name: SealedName | null,
  match: Match | null,
  { directory, decider, enforcement }: Surroundings,
): Decision | null {
  if (decider.policies.length === 0) return null;
  const profile = directory.profile(source);
  const { site, address } = talk.to;
  const subject = { id: source, kind: profile?.kind ?? null, tags: profile?.tags ?? [], site };
  const decision = decider.decide(subject, {
    address,
    name,
    categories: match?.verdict.categories ?? [],
    kind: target === null ? null : (directory.profile(target)?.kind ?? null),
    internal,
    port: talk.port,
  });
  const { policy } = decision;
  if (policy?.action === 'deny') {
    if (talk.outcome === 'blocked') enforcement.observeDenial(policy.id, site, talk.time);
    if (talk.outcome === 'established') enforcement.observePassed(policy.id, site, talk.time);
  }
  return decision;
}

/** Who talked to what, for the whole fleet. */
function rememberDestination(
  { to, time, outcome, communityId }: Talk,
  source: DeviceId,
  name: SealedName | null,
  { destinations }: Surroundings,
): void {
  const blocked = outcome === 'blocked';
  to.remember(destinations, source, time, blocked, communityId);
  if (name === null) return;
  for (const key of destinationKeys({ type: 'domain', name })) {
    destinations.observe(key, source, time, blocked, communityId);
  }
}

function outcomeOf(outcome: Outcome): ContactOutcome {
  if (outcome === 'established') return 'reached';
  return outcome === 'blocked' ? 'blocked' : 'attempted';
}

const OUTCOME_WORDS: Readonly<Record<ContactOutcome, string>> = {
  reached: 'Reached',
  attempted: 'Tried to reach',
  blocked: 'Was blocked from reaching',
  inbound: 'Was contacted by',
};

export function listedMet(
  { time, provenance }: Pick<Talk, 'time' | 'provenance'>,
  entity: DeviceId,
  match: Match,
  outcome: ContactOutcome,
): ListedMet {
  const { destination } = match;
  const [what, subject] =
    destination.type === 'ip'
      ? ['address', destination.address]
      : destination.type === 'domain'
        ? ['domain', destination.name.domain]
        : ['file', destination.hash];
  const categories = match.verdict.categories.join(', ') || 'suspicious';
  const evidence: Evidence = {
    summary: `${OUTCOME_WORDS[outcome]} a listed ${what} (${categories})`,
    at: time,
    sensor: provenance.sensor,
    uid: provenance.uid,
    communityId: provenance.communityId,
    count: null,
    subject,
  };
  return { kind: 'listed', entity, time, match, outcome, evidence };
}
