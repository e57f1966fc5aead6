import { type Connections, type IdColumn, localityOf } from './connections.ts';
import { type Connection, type Event, OUTCOMES, PROTOCOLS, type Sealed } from './event.ts';
import type { EventOrigin, EventsRecord } from './record.ts';

type Row = { readonly event: Connection<Sealed>; readonly origin: EventOrigin };

/** The same record with its connections side by side. For tests: plain rather than fast. */
export function sideBySide(record: EventsRecord): EventsRecord {
  const all = record.events.map((event, index) => ({
    event,
    index,
    origin: record.origins[index] ?? { producer: 0, at: 0 },
    uid: record.uids[index],
  }));
  const rows = all.flatMap(({ event, origin }) => (canStandInColumns(event) ? [{ event, origin }] : []));
  const others = all.filter(({ event }) => !canStandInColumns(event));
  return {
    ...record,
    events: others.map(({ event }) => event),
    origins: others.map(({ origin }) => origin),
    uids: others.flatMap(({ uid }) => uid ?? []),
    connections: { rows: columns(rows), places: Uint32Array.from(others.map(({ index }) => index)) },
  };
}

function canStandInColumns(event: Event): event is Connection<Sealed> {
  return event.kind === 'connection' && event.name === undefined;
}

function columns(rows: readonly Row[]): Connections {
  const sensors = new Places((row: Row) => {
    const { site, sensor } = row.event.provenance;
    return { site, sensor };
  });
  const addresses = new Places((address: Connection<Sealed>['from']['address']) => address);
  const services = new Places((service: string) => service);
  const macs = new Places((mac: NonNullable<Connection<Sealed>['fromMac']>) => mac);
  const numbers = (of: (row: Row) => number) => rows.map(of);
  const events = rows.map(({ event }) => event);
  return {
    sensor: Uint16Array.from(numbers((row) => sensors.of(row))),
    from: Uint32Array.from(events, ({ from }) => addresses.of(from.address)),
    to: Uint32Array.from(events, ({ to }) => addresses.of(to.address)),
    service: Uint16Array.from(events, ({ service }) => (service === null ? 0 : services.of(service) + 1)),
    fromMac: Uint32Array.from(events, ({ fromMac }) => (fromMac === undefined ? 0 : macs.of(fromMac) + 1)),
    toMac: Uint32Array.from(events, ({ toMac }) => (toMac === undefined ? 0 : macs.of(toMac) + 1)),
    count: rows.length,
    sensors: sensors.values,
    addresses: addresses.values,
    services: services.values,
    macs: macs.values,
    time: Float64Array.from(events, ({ time }) => time),
    durationMs: Float64Array.from(events, ({ durationMs }) => durationMs ?? -1),
    fromPort: Uint16Array.from(events, ({ from }) => from.port ?? 0),
    toPort: Uint16Array.from(events, ({ to }) => to.port ?? 0),
    locality: Uint8Array.from(events, ({ from, to }) => localityOf(from.local, to.local)),
    protocol: Uint8Array.from(events, ({ protocol }) => PROTOCOLS.indexOf(protocol)),
    outcome: Uint8Array.from(events, ({ outcome }) => OUTCOMES.indexOf(outcome)),
    bytesOut: Float64Array.from(events, ({ bytesOut }) => bytesOut ?? -1),
    bytesIn: Float64Array.from(events, ({ bytesIn }) => bytesIn ?? -1),
    uids: ids(events.map(({ provenance }) => provenance.uid)),
    communityIds: ids(events.map(({ provenance }) => provenance.communityId)),
    producer: Uint16Array.from(numbers(({ origin }) => origin.producer)),
    position: Float64Array.from(numbers(({ origin }) => origin.at)),
  };
}

function ids(texts: readonly (string | null)[]): IdColumn {
  let end = 0;
  const ends = texts.map((text) => (end += text?.length ?? 0));
  return { bytes: new Uint8Array(Buffer.from(texts.join(''), 'latin1')), ends: Uint32Array.from(ends) };
}

/** Distinct values in the order in which they came. */
class Places<K, V> {
  readonly values: V[] = [];
  readonly #known = new Map<string, number>();
  readonly #value: (key: K) => V;

  constructor(value: (key: K) => V) {
    this.#value = value;
  }

  of(key: K): number {
    const value = this.#value(key);
    const text = JSON.stringify(value);
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    this.#known.set(text, this.values.length);
    return this.values.push(value) - 1;
  }
}
