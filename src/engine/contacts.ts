import type { Contact } from '../behavior/index.ts';
import {
  type ContactOutcome,
  type Destination,
  destinationKeys,
  type Match,
  verdict,
} from '../exposure/index.ts';
import type {
  DeviceId,
  Endpoint,
  EpochMs,
  Evidence,
  Outcome,
  Protocol,
  Provenance,
  SealedMac,
  SealedName,
} from '../model/index.ts';
import type { Decision } from '../policy/index.ts';
import type { ListedMet, Occurrence } from './occurrence.ts';
import type { SensorState } from './sensors.ts';
import type { Surroundings } from './surroundings.ts';

/** A connection, or what stands for one at a sensor that writes none. */
export interface Talk {
  readonly time: EpochMs;
  readonly provenance: Provenance;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly name: SealedName | null;
  readonly protocol: Protocol;
  readonly outcome: Outcome;
  readonly bytesOut: number | null;
  readonly bytesIn: number | null;
  readonly fromMac?: SealedMac | undefined;
  readonly toMac?: SealedMac | undefined;
  readonly teaches: boolean;
}

/** What a connection means for its two ends, as far as they are ours. */
export function contacts(talk: Talk, sensor: SensorState, around: Surroundings): readonly Occurrence[] {
  const { directory } = around;
  const { site } = talk.provenance;
  const source = directory.resolve(site, talk.from, talk.time, talk.fromMac);
  const answered = talk.outcome === 'established';
  const target = answered
    ? directory.resolve(site, talk.to, talk.time, talk.toMac)
    : directory.find(site, talk.to, talk.time);
  return [
    ...(source === null ? [] : outbound(talk, source, target, sensor, around)),
    ...(target === null ? [] : inbound(talk, target, source, sensor, around)),
  ];
}

function outbound(
  talk: Talk,
  source: DeviceId,
  target: DeviceId | null,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { time } = talk;
  const { site } = talk.provenance;
  const name = talk.name ?? around.names.nameOf(site, talk.from.address, talk.to.address);
  const internal = target !== null || around.directory.isLocal(site, talk.to);
  const match = target === null ? matchOf(talk.to, name, time, around) : null;
  rememberDestination(talk, source, target === null ? name : null, around);
  const peer = target ?? name?.domain ?? talk.to.address;
  const display = internal || name === null ? talk.to.address : around.names.display(name);
  return [
    { kind: 'heard', entity: source, time, sensor },
    {
      kind: 'contact',
      entity: source,
      time,
      contact: contactOf(talk, 'outbound', peer, display, internal),
      teaches: talk.teaches,
      ruling: rule(talk, source, target, internal, name, match, around),
    },
    ...(match === null ? [] : [listedMet(talk, source, match, outcomeOf(talk.outcome))]),
  ];
}

function inbound(
  talk: Talk,
  target: DeviceId,
  source: DeviceId | null,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { time } = talk;
  const answered = talk.outcome === 'established';
  const match = source === null ? matchOf(talk.from, null, time, around) : null;
  const peer = source ?? talk.from.address;
  const contact = contactOf(talk, 'inbound', peer, talk.from.address, source !== null);
  return [
    ...(answered ? [{ kind: 'heard', entity: target, time, sensor } as const] : []),
    // What nobody answered is the network's noise, not this machine's behaviour.
    { kind: 'contact', entity: target, time, contact, teaches: talk.teaches && answered, ruling: null },
    ...(match === null ? [] : [listedMet(talk, target, match, 'inbound')]),
  ];
}

function contactOf(
  talk: Talk,
  direction: Contact['direction'],
  peer: string,
  display: string,
  internal: boolean,
): Contact {
  const { time, protocol, outcome, provenance } = talk;
  const [bytesSent, bytesReceived] =
    direction === 'outbound' ? [talk.bytesOut, talk.bytesIn] : [talk.bytesIn, talk.bytesOut];
  const port = talk.to.port;
  return {
    time,
    direction,
    peer,
    display,
    internal,
    protocol,
    port,
    outcome,
    bytesSent,
    bytesReceived,
    provenance,
  };
}

/** The listed address, or the listed name by which it was asked for. */
export function matchOf(
  endpoint: Endpoint | null,
  name: SealedName | null,
  time: EpochMs,
  { indicators }: Surroundings,
): Match | null {
  const candidates: Destination[] = [];
  if (endpoint !== null) candidates.push({ type: 'ip', address: endpoint.address });
  if (name !== null) candidates.push({ type: 'domain', name });
  for (const destination of candidates) {
    const listings = indicators.matchDestination(destination);
    if (listings.length > 0) return { destination, verdict: verdict(listings, time, false) };
  }
  return null;
}

function rule(
  talk: Talk,
  source: DeviceId,
  target: DeviceId | null,
  internal: boolean,
  name: SealedName | null,
  match: Match | null,
  { directory, decider, enforcement }: Surroundings,
): Decision {
  const profile = directory.profile(source);
  const { site } = talk.provenance;
  const subject = { id: source, kind: profile?.kind ?? null, tags: profile?.tags ?? [], site };
  const decision = decider.decide(subject, {
    address: talk.to.address,
    name,
    categories: match?.verdict.categories ?? [],
    kind: target === null ? null : (directory.profile(target)?.kind ?? null),
    internal,
    port: talk.to.port,
  });
  const { policy } = decision;
  if (policy?.action === 'deny') {
    if (talk.outcome === 'blocked') enforcement.observeDenial(policy.id, site, talk.time);
    if (talk.outcome === 'established') enforcement.observePassed(policy.id, site, talk.time);
  }
  return decision;
}

function rememberDestination(
  talk: Talk,
  source: DeviceId,
  name: SealedName | null,
  { destinations }: Surroundings,
): void {
  const blocked = talk.outcome === 'blocked';
  const keys = new Set(destinationKeys({ type: 'ip', address: talk.to.address }));
  if (name !== null) for (const key of destinationKeys({ type: 'domain', name })) keys.add(key);
  const { communityId } = talk.provenance;
  for (const key of keys) destinations.observe(key, source, talk.time, blocked, communityId);
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
