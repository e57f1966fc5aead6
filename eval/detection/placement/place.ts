import {
  type Endpoint,
  type EpochMs,
  HOUR_MS,
  type Observation,
  type Provenance,
} from '../../../src/model/index.ts';
import { Random } from '../../../src/simulator/index.ts';
import { type Background, testBegins } from '../telemetry/benign.ts';
import { endsOf } from '../telemetry/ends.ts';
import { membership } from '../telemetry/networks.ts';
import { SECOND_SENSOR } from '../telemetry/read.ts';
import { registrable } from '../telemetry/registrable.ts';
import { type Attacking, nameIn, type Trace } from '../telemetry/trace.ts';
import { Disguise } from './disguise.ts';

const DNS = 53;
const RETRY_MS = 10_000;

/** An attack on a host: what is added to its life, and the truth about it. */
export interface Placement {
  readonly host: string;
  readonly trace: Trace;
  /** In order of time. */
  readonly events: readonly Observation[];
  readonly begin: EpochMs;
  readonly end: EpochMs;
  /** Hours since the epoch in which the attack did something. */
  readonly hours: readonly number[];
  /** Control or tunnel, as it is called here: addresses and registrable domains. */
  readonly control: ReadonlySet<string>;
  /** When the host called it: what the connection log says, a retry within 10 s of a failure being none. */
  readonly contacts: readonly EpochMs[];
}

/**
 * Gives a trace to a host: shifted to begin at a drawn instant of the second half of the background, its actor's address
 * the host's, all that it met renamed. What would happen after the background's end is left out.
 */
export function place(trace: Trace, host: string, background: Background, seed: number): Placement {
  const random = new Random(seed, `${background.name} ${host} ${trace.name}`);
  const disguise = disguiseFor(trace, host, background, random);
  const shift = beginFor(trace, background, random) - (trace.events[0]?.time ?? 0);
  const provenance = sensorFor(background, trace);
  const control = new Set<string>();
  const calls: Observation[] = [];
  const events: Observation[] = [];
  for (const [index, event] of trace.events.entries()) {
    const time = event.time + shift;
    if (time > background.end) break;
    const placed = disguised(event, time, { ...provenance, uid: `placed-${index}` }, disguise);
    events.push(placed);
    const names = controlOf(event, placed, trace.control);
    for (const each of names) control.add(each);
    if (names.length > 0) calls.push(placed);
  }
  const hours = [...new Set(events.map(({ time }) => Math.floor(time / HOUR_MS)))];
  const [begin, end] = [events[0]?.time ?? background.end, events.at(-1)?.time ?? background.end];
  return { host, trace, events, begin, end, hours, control, contacts: contactsIn(calls) };
}

/** What the protocol above says of a connection is no second call; where there are no connections, it stands for one. */
function contactsIn(calls: readonly Observation[]): readonly EpochMs[] {
  const isLogged = hasConnections(calls);
  const contacts: EpochMs[] = [];
  let failedAt = -Infinity;
  for (const call of calls) {
    if (isLogged && call.kind !== 'connection') continue;
    if (call.time - failedAt > RETRY_MS) contacts.push(call.time);
    failedAt = call.kind === 'connection' && call.outcome !== 'established' ? call.time : -Infinity;
  }
  return contacts;
}

/** Nothing but time and who it is about changes; what identifies hardware is dropped. */
function disguised(event: Attacking, time: EpochMs, provenance: Provenance, disguise: Disguise): Observation {
  const end = (endpoint: Endpoint, isResolver: boolean): Endpoint => ({
    address: disguise.address(endpoint.address, isResolver),
    port: endpoint.port,
    local: null,
  });
  if (event.kind === 'authentication') {
    const { from, to } = event;
    return {
      ...event,
      time,
      provenance,
      from: from && end(from, false),
      to: to && end(to, false),
      account: null,
    };
  }
  const from = end(event.from, false);
  if (event.kind === 'dns') {
    const to = event.to && end(event.to, event.to.port === DNS);
    const query = event.query === null ? null : disguise.name(event.query);
    const addresses = event.addresses.map((each) => disguise.address(each, false));
    return { ...event, time, provenance, from, to, query, addresses };
  }
  const ends = { from, to: end(event.to, event.to.port === DNS) };
  const named = event.name === undefined ? {} : { name: disguise.name(event.name) };
  if (event.kind !== 'connection') return { ...event, time, provenance, ...ends, ...named };
  const { fromMac: _from, toMac: _to, ...connection } = event;
  return { ...connection, time, provenance, ...ends, ...named };
}

/** How control is called after the renaming, where this event talks to it. */
function controlOf(event: Attacking, placed: Observation, control: readonly string[]): readonly string[] {
  const [old, now] = [endsOf(event)?.to.address, endsOf(placed)?.to.address];
  const names: string[] = [];
  if (old !== undefined && now !== undefined && control.includes(old)) names.push(now);
  const [oldName, newName] = [nameIn(event), nameIn(placed as Attacking)];
  if (oldName === null || newName === null) return names;
  if (names.length > 0 || control.includes(registrable(oldName))) names.push(registrable(newName));
  return names;
}

function disguiseFor(trace: Trace, host: string, background: Background, random: Random): Disguise {
  const { addresses: taken, isOwn } = background;
  const control = new Set(trace.control);
  const inside = membership(trace.inside);
  const wasInside = (address: string) => inside(address) && !control.has(address);
  const resolver = resolverOf(host, background);
  return new Disguise({ host, actor: trace.actor, taken, isOwn, wasInside, resolver }, random);
}

/** So that at least half of the second half, or all of the trace, is still to come. */
function beginFor({ events }: Trace, background: Background, random: Random): EpochMs {
  const from = testBegins(background);
  const room = background.end - from;
  const span = (events.at(-1)?.time ?? 0) - (events[0]?.time ?? 0);
  return from + Math.floor(random.float() * (room - Math.min(span, room / 2)));
}

/**
 * The background's sensor, unless one of the two writes no connections but what is above them: then another, whose
 * connections do not silence it, or which those of the first do not silence.
 */
function sensorFor({ observations }: Background, { events }: Trace): Omit<Provenance, 'uid'> {
  const first = observations[0];
  if (first === undefined) throw new RangeError('placement: the background is empty');
  const { site, sensor } = first.provenance;
  const isAlike = hasConnections(observations) && (hasConnections(events) || !events.some(isHttp));
  return { site, sensor: isAlike ? sensor : SECOND_SENSOR, communityId: null };
}

function hasConnections(observations: readonly Observation[]): boolean {
  return observations.some(({ kind }) => kind === 'connection');
}

function isHttp({ kind }: Observation): boolean {
  return kind === 'http';
}

function resolverOf(host: string, { observations }: Background): string | null {
  const asked = new Map<string, number>();
  for (const each of observations) {
    const ends = endsOf(each);
    if (ends?.from.address !== host || ends.to.port !== DNS) continue;
    asked.set(ends.to.address, (asked.get(ends.to.address) ?? 0) + 1);
  }
  return [...asked].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
}

/** Whether a detection's destination is the placement's control: an address, a domain, or a host below it. */
export function isControl({ control }: Placement, subject: string | null | undefined): boolean {
  return (
    subject !== null && subject !== undefined && (control.has(subject) || control.has(registrable(subject)))
  );
}
