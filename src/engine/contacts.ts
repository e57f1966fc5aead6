import type { Contact } from '../behavior/index.ts';
import {
  type ContactOutcome,
  type Destination,
  destinationKeys,
  type Match,
  type OwnOutcome,
  verdict,
} from '../exposure/index.ts';
import {
  type DeviceId,
  type EpochMs,
  type Evidence,
  type Outcome,
  type Provenance,
  type Role,
  sealedIn,
  type SealedName,
  type SiteId,
} from '../model/index.ts';
import type { Decision, PolicyDestination, PolicyParty } from '../policy/index.ts';
import type { Called, ContactMade, ListedMet, Occurrence } from './occurrence.ts';
import type { SensorState } from './sensors.ts';
import type { Surroundings } from './surroundings.ts';
import { openedAt, type Talk } from './talk.ts';

const NOBODY: readonly Occurrence[] = [];
const NO_ROLES: readonly Role[] = [];

/** What a connection means for its two ends, as far as they are ours. */
export function contacts(talk: Talk, sensor: SensorState, around: Surroundings): readonly Occurrence[] {
  const { time } = talk;
  const source = talk.from.meet(time).device;
  const other = talk.outcome === 'established' ? talk.to.meet(time) : talk.to.lookUp(time);
  const target = other.device;
  if (source === null) {
    // What nobody has is tried by scanners most of all.
    if (target !== null || other.isLocal) talk.from.probe(around.probers, talk.to, talk);
    return target === null ? NOBODY : fromOutside(talk, target, sensor, around);
  }
  const name = talk.name ?? around.names.nameOf(talk.from.site, talk.from.address, talk.to.address);
  if (target === null) return toOutside(talk, source, name, other.isLocal, sensor, around);
  rememberDestination(talk, source, null, around);
  const display = displayOf(talk, true, name, around);
  const contact = new ContactOfTalk(talk, 'outbound', target, display, true, talk.to.address, around);
  const made = opened(source, talk, contact, rule(talk, source, target, true, name, null, around), sensor);
  return isAnswered(talk) ? [made, answered(target, source, talk, sensor, around)] : [made];
}

/** A further request within a connection that goes on, where it leads outside; `null` where it does not. */
export function called(talk: Talk, sensor: SensorState, around: Surroundings): readonly Occurrence[] | null {
  const source = talk.from.meet(talk.time).device;
  const { device, isLocal } = talk.to.lookUp(talk.time);
  if (source === null || device !== null || isLocal) return null;
  const name = talk.name ?? around.names.nameOf(talk.from.site, talk.from.address, talk.to.address);
  const { contact, match } = contactOutside(talk, source, name, false, around);
  const made: Called = { kind: 'called', entity: source, time: talk.time, sensor, contact };
  return match === null ? [made] : [made, listedMet(talk, source, match, 'reached')];
}

/** To nobody that is known: the world, or an address of the site's own where nobody has answered yet. */
function toOutside(
  talk: Talk,
  source: DeviceId,
  name: SealedName | null,
  isLocal: boolean,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { contact, match } = contactOutside(talk, source, name, isLocal, around);
  const made = opened(source, talk, contact, rule(talk, source, null, isLocal, name, match, around), sensor);
  return match === null ? [made] : [made, listedMet(talk, source, match, outcomeOf(talk.outcome))];
}

/** Who is met there, as feeds had it before, and remembered from now on. */
function contactOutside(
  talk: Talk,
  source: DeviceId,
  name: SealedName | null,
  isLocal: boolean,
  around: Surroundings,
): { readonly contact: Contact; readonly match: Match | null } {
  const match = matchOutside(talk, name, around);
  rememberDestination(talk, source, name, around);
  const peer = name?.domain ?? talk.to.address;
  const display = displayOf(talk, isLocal, name, around);
  const contact = new ContactOfTalk(talk, 'outbound', peer, display, isLocal, keyOf(talk, name), around);
  return { contact, match };
}

function fromOutside(
  talk: Talk,
  target: DeviceId,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const match = talk.from.match(around, talk.time);
  const made = isAnswered(talk) ? [answered(target, null, talk, sensor, around)] : NOBODY;
  return match === null ? made : [...made, listedMet(talk, target, match, 'inbound')];
}

function displayOf(
  { to }: Talk,
  internal: boolean,
  name: SealedName | null,
  { names }: Surroundings,
): string {
  return internal || name === null ? to.address : names.display(name);
}

function opened(
  entity: DeviceId,
  { time, teaches }: Talk,
  contact: Contact,
  ruling: Decision | null,
  sensor: SensorState,
): ContactMade {
  return { kind: 'contact', entity, time, sensor, contact, teaches, ruling };
}

/** What nobody answered is the network's noise, not this machine's behaviour. */
function isAnswered({ outcome }: Talk): boolean {
  return outcome === 'established';
}

function answered(
  entity: DeviceId,
  source: DeviceId | null,
  talk: Talk,
  sensor: SensorState,
  around: Surroundings,
): ContactMade {
  const { address } = talk.from;
  return {
    kind: 'contact',
    entity,
    time: talk.time,
    sensor,
    contact: new ContactOfTalk(talk, 'inbound', source ?? address, address, source !== null, address, around),
    teaches: talk.teaches,
    ruling: null,
  };
}

/** A connection as one of its ends lived it; the rest is the talk's. */
class ContactOfTalk implements Contact {
  readonly direction: Contact['direction'];
  readonly peer: string;
  readonly display: string;
  readonly internal: boolean;
  readonly #talk: Talk;
  readonly #key: string;
  readonly #around: Surroundings;

  /** @param key of the other end in the reverse index */
  constructor(
    talk: Talk,
    direction: Contact['direction'],
    peer: string,
    display: string,
    internal: boolean,
    key: string,
    around: Surroundings,
  ) {
    this.direction = direction;
    this.peer = peer;
    this.display = display;
    this.internal = internal;
    this.#talk = talk;
    this.#key = key;
    this.#around = around;
  }

  get time(): EpochMs {
    return this.#talk.time;
  }

  get peerRoles(): readonly Role[] {
    const isDevice = this.peer.startsWith('dev_');
    return (isDevice ? this.#around.directory.profile(this.peer as DeviceId)?.roles : null) ?? NO_ROLES;
  }

  get protocol(): Contact['protocol'] {
    return this.#talk.protocol;
  }

  get port(): number | null {
    return this.#talk.port;
  }

  get outcome(): Outcome {
    return this.#talk.outcome;
  }

  get bytesSent(): number | null {
    return this.direction === 'outbound' ? this.#talk.bytesOut : this.#talk.bytesIn;
  }

  get bytesReceived(): number | null {
    return this.direction === 'outbound' ? this.#talk.bytesIn : this.#talk.bytesOut;
  }

  get durationMs(): number | null {
    return this.#talk.durationMs;
  }

  get prevalence(): number {
    return this.#around.destinations.prevalence(this.#key);
  }

  get fleet(): number {
    return this.#around.directory.deviceCount;
  }

  get place(): number {
    const { from, to } = this.#talk;
    return (this.direction === 'outbound' ? from : to).place;
  }

  get provenance(): Provenance {
    return this.#talk.provenance;
  }
}

/** A registrable domain stands for all names below it. */
function keyOf({ to }: Talk, name: SealedName | null): string {
  return name === null ? to.address : `domain:${name.domain}`;
}

/** The listed address, or the listed name by which it was asked for. */
export function matchOutside(
  { to, time }: Talk,
  name: SealedName | null,
  around: Pick<Surroundings, 'indicators' | 'warnings'>,
): Match | null {
  return to.match(around, time) ?? (name === null ? null : matchOfName(name, time, around));
}

export function matchOfName(
  name: SealedName,
  time: EpochMs,
  { indicators, warnings }: Pick<Surroundings, 'indicators' | 'warnings'>,
): Match | null {
  const destination: Destination = { type: 'domain', name };
  const listings = indicators.matchDestination(destination);
  return listings.length === 0 ? null : { destination, verdict: verdict(listings, time, false, warnings) };
}

function rule(
  talk: Talk,
  source: DeviceId,
  target: DeviceId | null,
  internal: boolean,
  name: SealedName | null,
  match: Match | null,
  around: Surroundings,
): Decision | null {
  const { decider, enforcement } = around;
  if (decider.policies.length === 0) return null;
  const { site } = talk.to;
  const destination = destinationOf(talk, target, internal, name, match, around);
  const minute = decider.hasTimes ? around.minuteOfWeek(site, openedAt(talk)) : null;
  const decision = decider.decide(partyOf(source, site, around), destination, minute);
  const { policy } = decision;
  if (policy?.action === 'deny') {
    if (talk.outcome === 'blocked') enforcement.observeDenial(policy.id, site, talk.time);
    if (talk.outcome === 'established') enforcement.observePassed(policy.id, site, talk.time);
  }
  return decision;
}

/** Where a connection goes, as policies see it. */
export function destinationOf(
  { to, protocol, port }: Talk,
  target: DeviceId | null,
  internal: boolean,
  name: SealedName | null,
  match: Match | null,
  around: Pick<Surroundings, 'directory'>,
): PolicyDestination {
  return {
    address: to.address,
    name,
    categories: match?.verdict.categories ?? [],
    party: target === null ? null : partyOf(target, to.site, around),
    internal,
    protocol,
    port,
  };
}

const NO_TAGS: readonly string[] = [];

/** A device as policies see it, at the site where it was seen. */
export function partyOf(
  id: DeviceId,
  site: SiteId,
  { directory }: Pick<Surroundings, 'directory'>,
): PolicyParty {
  const profile = directory.profile(id);
  return {
    id,
    alias: profile?.alias ?? null,
    type: profile?.type ?? 'device',
    kind: profile?.kind ?? null,
    tags: profile?.tags ?? NO_TAGS,
    site,
  };
}

/** Who talked to what, for the whole fleet. */
function rememberDestination(
  { to, time, outcome, communityId }: Talk,
  source: DeviceId,
  name: SealedName | null,
  { destinations }: Surroundings,
): void {
  const became = outcomeOf(outcome);
  to.remember(destinations, source, time, became, communityId);
  if (name === null) return;
  for (const key of destinationKeys({ type: 'domain', name })) {
    destinations.observe(key, source, time, became, communityId);
  }
}

function outcomeOf(outcome: Outcome): OwnOutcome {
  if (outcome === 'established') return 'reached';
  return outcome === 'blocked' ? 'blocked' : 'attempted';
}

const OUTCOME_WORDS: Readonly<Record<ContactOutcome, string>> = {
  reached: 'Reached',
  attempted: 'Tried to reach',
  blocked: 'Was blocked from reaching',
  inbound: 'Was contacted by',
};

/** What is listed, in words, and the subject of evidence about it. */
export function listedThing({ destination, verdict: { categories, evidence } }: Match) {
  const said = categories.join(', ') || 'suspicious';
  if (destination.type === 'ip') return { what: 'address', categories: said, subject: destination.address };
  if (destination.type === 'hash') return { what: 'file', categories: said, subject: destination.hash };
  const { domain } = destination.name;
  // What is sealed in the name of one of ours stands in the feed.
  const subject = sealedIn(domain) === null ? domain : (evidence[0]?.listedAs ?? domain);
  return { what: 'domain', categories: said, subject };
}

export function listedMet(
  { time, provenance }: Pick<Talk, 'time' | 'provenance'>,
  entity: DeviceId,
  match: Match,
  outcome: ContactOutcome,
): ListedMet {
  const { what, categories, subject } = listedThing(match);
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
