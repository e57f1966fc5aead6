import type { Observed } from '../entities/index.ts';
import { type Match, verdict } from '../exposure/index.ts';
import type {
  Authentication,
  Connection,
  DeviceId,
  Endpoint,
  Event,
  FileTransfer,
  HttpRequest,
  Outcome,
  Protocol,
  RemoteServiceUse,
  Sealed,
  SensorFinding,
  TlsSession,
} from '../model/index.ts';
import { called, contacts, listedMet, matchOfName } from './contacts.ts';
import { accountUse, machineSignIns, sessionSignIns } from './machine-sign-ins.ts';
import type { Occurrence } from './occurrence.ts';
import type { SensorState } from './sensors.ts';
import type { Surroundings } from './surroundings.ts';
import type { Talk } from './talk.ts';

/** Who an event is about and what it means for each of them. */
export function understand(event: Event, sensor: SensorState, around: Surroundings): readonly Occurrence[] {
  switch (event.kind) {
    case 'connection':
      return contacts(talkOf(event, event, around), sensor, around);
    case 'dns':
      return [...serverAsked(event, sensor, around), ...lookedUp(event, around)];
    case 'http':
      return [...requested(event, sensor, around), ...proxyUse(event, around)];
    case 'remote_service':
      return session(event, sensor, around);
    case 'tls':
      recognise(event, around);
      return [
        ...standIn(event, 'tcp', tlsOutcome(event), sensor, around),
        ...certificateShown(event, around),
      ];
    case 'certificate':
      return (
        around.certificates
          .learn(event)
          // It may have presented it before it turned out to be another.
          .map((entity) => around.directory.canonical(entity))
          .map((entity) => ({ kind: 'certificate_learnt', entity, time: event.time }))
      );
    case 'authentication':
      return signedIn(event, sensor, around);
    case 'file':
      return fileReceived(event, around);
    case 'finding':
      return found(event, sensor, around);
    case 'lease':
      return heard(told(around.directory.observeLease(event), around), event, sensor);
    case 'host':
      return heard(told(around.directory.observeHost(event), around), event, sensor);
    case 'inventory':
      return heard(told(around.directory.observeInventoryReport(event), around), event, sensor);
    case 'service':
      return heard(resolve(event.host, event, around), event, sensor);
    case 'software':
      return softwareFound(event, sensor, around);
    case 'vulnerability':
      return weaknessReported(event, around);
    case 'software_inventory':
      return softwareReported(event, sensor, around);
  }
}

/** The device that a record spoke of; what it revealed to be one is folded first. */
function told({ device, merged }: Observed, around: Surroundings): DeviceId | null {
  around.fold(merged);
  return device;
}

function resolve(endpoint: Endpoint | null, { provenance, time }: Event, { directory }: Surroundings) {
  return endpoint === null ? null : directory.resolve(provenance.site, endpoint, time);
}

function heard(
  entity: ReturnType<typeof resolve>,
  { time }: Pick<Event, 'time'>,
  sensor: SensorState,
): readonly Occurrence[] {
  return entity === null ? [] : [{ kind: 'heard', entity, time, sensor }];
}

/**
 * The connection that a record speaks of, where it is one: its own, or what it says of the one below it at a sensor that
 * writes no record per connection.
 */
export function talkIn(
  event: Event,
  sensorHasConnections: boolean,
  around: Pick<Surroundings, 'parties'>,
): Talk | null {
  if (event.kind === 'connection') return talkOf(event, event, around);
  if (event.kind === 'finding') {
    const { from, to, time, provenance, outcome } = event;
    if (outcome !== 'blocked' || from === null || to === null) return null;
    return talkOf({ time, provenance, from, to }, { protocol: 'tcp', outcome: 'blocked' }, around, false);
  }
  if (sensorHasConnections) return null;
  if (event.kind === 'dns')
    return event.to === null
      ? null
      : talkOf({ ...event, to: event.to }, { protocol: 'udp', outcome: dnsOutcome(event.outcome) }, around);
  if (event.kind === 'tls') return talkOf(event, { protocol: 'tcp', outcome: tlsOutcome(event) }, around);
  if (event.kind === 'http' || event.kind === 'remote_service')
    return talkOf(event, { protocol: 'tcp', outcome: 'established' }, around);
  return null;
}

/** What a record of the protocol above says of the connection below it. */
type Conversation = Pick<Talk, 'time' | 'provenance'> &
  Pick<Connection<Sealed>, 'from' | 'to'> &
  Partial<Pick<Connection<Sealed>, 'name' | 'bytesOut' | 'bytesIn' | 'durationMs' | 'fromMac' | 'toMac'>>;

function talkOf(
  { time, provenance, from, to, fromMac, toMac, name, bytesOut, bytesIn, durationMs }: Conversation,
  { protocol, outcome }: Pick<Talk, 'protocol' | 'outcome'>,
  { parties }: Pick<Surroundings, 'parties'>,
  teaches = true,
): Talk {
  const { site } = provenance;
  return {
    time,
    provenance,
    communityId: provenance.communityId,
    from: parties.of({ site, address: from.address, local: from.local, mac: fromMac ?? null }),
    to: parties.of({ site, address: to.address, local: to.local, mac: toMac ?? null }),
    port: to.port,
    name: name ?? null,
    protocol,
    outcome,
    bytesOut: bytesOut ?? null,
    bytesIn: bytesIn ?? null,
    durationMs: durationMs ?? null,
    teaches,
  };
}

/** Where a sensor writes no record per connection, what it says of the protocol above stands for one. */
function standIn(
  event: Conversation,
  protocol: Protocol,
  outcome: Outcome,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { time, provenance, from } = event;
  if (sensor.hasConnections) {
    return heard(around.directory.resolve(provenance.site, from, time), event, sensor);
  }
  return contacts(talkOf(event, { protocol, outcome }, around), sensor, around);
}

/**
 * A connection counts once, when its record comes at its end. Where many requests go through one that lasts for hours, as
 * through the channels of control that keep it open, each further one is a call.
 */
function requested(
  event: HttpRequest<Sealed>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  if (sensor.hasConnections && event.isFurther === true) {
    const made = called(talkOf(event, { protocol: 'tcp', outcome: 'established' }, around), sensor, around);
    if (made !== null) return made;
  }
  return standIn(event, 'tcp', 'established', sensor, around);
}

/** Of a server that is not named nothing is known but that somebody asked it. */
function serverAsked(
  event: Extract<Event, { kind: 'dns' }>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { to } = event;
  if (to === null) return heard(resolve(event.from, event, around), event, sensor);
  return standIn({ ...event, to }, 'udp', dnsOutcome(event.outcome), sensor, around);
}

function dnsOutcome(outcome: Extract<Event, { kind: 'dns' }>['outcome']): Outcome {
  return outcome === 'unanswered' ? 'unanswered' : outcome === 'unknown' ? 'unknown' : 'established';
}

/** A handshake that failed is no closed port: somebody spoke at both ends, or nobody knows. */
function tlsOutcome({ established, certificate }: TlsSession<Sealed>): Outcome {
  return established === false && certificate === null ? 'unknown' : 'established';
}

/** Asking for a listed name is an attempt; the connection that follows tells whether it was reached. */
function lookedUp(event: Extract<Event, { kind: 'dns' }>, around: Surroundings): readonly Occurrence[] {
  const { query: name, queryType: type, time, outcome, answerCount, provenance } = event;
  const entity = name === null ? null : resolve(event.from, event, around);
  if (name === null || entity === null) return [];
  const isAnswered = outcome !== 'unanswered' && outcome !== 'unknown';
  const { to } = event;
  const server = isAnswered && to !== null ? around.directory.find(provenance.site, to, time) : null;
  const { askers: fleet } = around;
  fleet.note(entity, name.domain, server, time);
  const [askers, forwards] = [fleet.of(name.domain), fleet.forwards(entity)];
  const question = {
    time,
    name,
    type,
    server: to?.address ?? null,
    outcome,
    answerCount,
    askers,
    forwards,
    provenance,
  };
  const asked: Occurrence = { kind: 'asked', entity, time, question };
  const match = matchOfName(name, time, around);
  return match === null ? [asked] : [asked, listedMet(event, entity, match, 'attempted')];
}

function proxyUse(event: Extract<Event, { kind: 'http' }>, around: Surroundings): readonly Occurrence[] {
  if (!event.viaProxy) return [];
  const client = resolve(event.from, event, around);
  const proxy = around.directory.find(event.provenance.site, event.to, event.time);
  if (client !== null && proxy !== null) around.directory.noteProxyUse(proxy, client, event.time);
  return [];
}

/** A completed handshake shows who has which key: the server its own, and the client where it was asked. */
function recognise(event: TlsSession<Sealed>, { directory }: Surroundings): void {
  const { established, provenance, time, from, to, certificate, clientCertificate } = event;
  if (established !== true) return;
  if (certificate !== null) directory.observeCertificate(provenance.site, to, certificate, time);
  if (clientCertificate !== null)
    directory.observeCertificate(provenance.site, from, clientCertificate, time);
}

/** A server of ours showed its certificate: seen in passing, not proven. */
function certificateShown(event: TlsSession<Sealed>, around: Surroundings): readonly Occurrence[] {
  const entity = event.certificate === null ? null : resolve(event.to, event, around);
  if (entity === null || event.certificate === null) return [];
  return [{ kind: 'presented', entity, time: event.time, port: event.to.port ?? 0, key: event.certificate }];
}

function session(
  event: RemoteServiceUse<Sealed>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const occurrences = standIn(event, 'tcp', 'established', sensor, around);
  const { service } = event;
  return service === 'ssh' || service === 'rdp'
    ? [...occurrences, ...sessionSignIns(event, service, around)]
    : occurrences;
}

function signedIn(
  event: Authentication<Sealed>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { time, provenance, account, from, to } = event;
  const { directory } = around;
  const device = resolve(from, event, around);
  const conversation = from === null || to === null ? null : { time, provenance, from, to };
  const met =
    conversation === null
      ? heard(device, event, sensor)
      : standIn(conversation, 'tcp', 'established', sensor, around);
  const occurrences = [...met, ...machineSignIns(event, around)];
  const user = account === null ? null : directory.userOf(account, provenance.site, time);
  if (user === null) return occurrences;
  if (device !== null && event.outcome !== 'failure') directory.noteActive(user, device, time);
  return [
    ...occurrences,
    { kind: 'sign_in', entity: user, time, device, event, use: accountUse(event, device, around) },
  ];
}

function softwareFound(
  event: Extract<Event, { kind: 'software' }>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const entity = resolve(event.host, event, around);
  if (entity === null) return [];
  return [...heard(entity, event, sensor), { kind: 'software', entity, time: event.time, event }];
}

function weaknessReported(
  event: Extract<Event, { kind: 'vulnerability' }>,
  around: Surroundings,
): readonly Occurrence[] {
  const entity = told(around.directory.observeVulnerability(event), around);
  return entity === null ? [] : [{ kind: 'vulnerability', entity, time: event.time, event }];
}

/** It is held against the advisories; whoever has something that they speak of is assessed anew. */
function softwareReported(
  event: Extract<Event, { kind: 'software_inventory' }>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const entity = told(around.directory.observeSoftwareInventory(event), around);
  if (entity === null) return [];
  const { time } = event;
  const mayBeWeak = around.weaknesses.report(entity, event.packages, time);
  const occurrences = heard(entity, event, sensor);
  return mayBeWeak ? [...occurrences, { kind: 'installed', entity, time }] : occurrences;
}

function fileReceived(event: FileTransfer<Sealed>, around: Surroundings): readonly Occurrence[] {
  rememberFile(event, around);
  const match = fileMatch(event, around);
  if (match === null) return [];
  const receiver = resolve(event.to, event, around) ?? resolve(event.from, event, around);
  return receiver === null ? [] : [listedMet(event, receiver, match, 'reached')];
}

/** By which machine that is known already: of a file alone nobody is discovered. */
function rememberFile(event: FileTransfer<Sealed>, { directory, files }: Surroundings): void {
  const { from, to, time, provenance } = event;
  const find = (end: Endpoint | null) => (end === null ? null : directory.find(provenance.site, end, time));
  const receiver = find(to) ?? find(from);
  if (receiver === null) return;
  for (const hash of [event.sha256, event.sha1, event.md5]) {
    if (hash !== null) files.observe(`hash:${hash}`, receiver, time, 'reached', provenance.communityId);
  }
}

function fileMatch(event: FileTransfer<Sealed>, { indicators, warnings }: Surroundings): Match | null {
  for (const hash of [event.sha256, event.sha1, event.md5]) {
    if (hash === null) continue;
    const listings = indicators.matchHash(hash);
    if (listings.length > 0) {
      return { destination: { type: 'hash', hash }, verdict: verdict(listings, event.time, false, warnings) };
    }
  }
  return null;
}

/**
 * An enforcement point stopped a connection: the evidence that a policy is in force. Of what was only remarked upon, whoever
 * sent it has spoken: where a sensor tells of nothing else, nobody would be known by it.
 */
function found(
  event: SensorFinding<Sealed>,
  sensor: SensorState,
  around: Surroundings,
): readonly Occurrence[] {
  const { from, to, time, provenance, outcome, policy } = event;
  if (from === null) return [];
  if (outcome !== 'blocked' || to === null) return heard(resolve(from, event, around), event, sensor);
  const named = around.decider.policies.find(({ id }) => id === policy);
  if (named !== undefined) around.enforcement.observeDenial(named.id, provenance.site, time);
  const talk = talkOf({ time, provenance, from, to }, { protocol: 'tcp', outcome: 'blocked' }, around, false);
  return contacts(talk, sensor, around);
}
