import {
  type Address,
  type Clear,
  type Connection,
  OUTCOMES,
  PROTOCOLS,
  type Provenance,
  type Sealed,
} from './event.ts';

/**
 * Connections side by side, one column per property: what most telemetry is made of, without an object for each.
 * A number stands for a text by its place in the lists; in columns of places, 0 says that there is none.
 */
export interface ConnectionsOf<F extends Clear | Sealed> {
  readonly count: number;
  /** Who saw them. */
  readonly sensors: readonly Pick<Provenance, 'site' | 'sensor'>[];
  readonly addresses: readonly Address[];
  readonly services: readonly string[];
  readonly macs: readonly F['mac'][];
  /** Place in `sensors`, from 0. */
  readonly sensor: Uint16Array;
  /** When it ended, {@link import('./time.ts').EpochMs}. */
  readonly time: Float64Array;
  /** −1: not known; so for the bytes. */
  readonly durationMs: Float64Array;
  /** Places in `addresses`, from 0. */
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** 0: not known. */
  readonly fromPort: Uint16Array;
  readonly toPort: Uint16Array;
  /** What the sensor says of both addresses: see {@link localityOf}. */
  readonly locality: Uint8Array;
  /** Place in `PROTOCOLS`, from 0. */
  readonly protocol: Uint8Array;
  /** Place in `OUTCOMES`, from 0. */
  readonly outcome: Uint8Array;
  /** Place in `services`, from 1. */
  readonly service: Uint16Array;
  readonly bytesOut: Float64Array;
  readonly bytesIn: Float64Array;
  /** Places in `macs`, from 1. */
  readonly fromMac: Uint32Array;
  readonly toMac: Uint32Array;
  /** The sensor's own ids, one after the other as bytes (they are printable ASCII). */
  readonly uids: IdColumn;
  readonly communityIds: IdColumn;
  /** Where each stood in its producer's stream: place in the record's `producers`, and position there. */
  readonly producer: Uint16Array;
  readonly position: Float64Array;
}

export interface IdColumn {
  readonly bytes: Uint8Array;
  /** Where each ends; an empty one is none. */
  readonly ends: Uint32Array;
}

export type Connections = ConnectionsOf<Sealed>;
export type ClearConnections = ConnectionsOf<Clear>;

/** 0: it does not say; 1: remote; 2: local. Two bits for `from`, two for `to`. */
export function localityOf(from: boolean | null, to: boolean | null): number {
  return (from === null ? 0 : from ? 2 : 1) | (to === null ? 0 : to ? 8 : 4);
}

export function localFrom(locality: number): boolean | null {
  return (locality & 3) === 0 ? null : (locality & 3) === 2;
}

export function localTo(locality: number): boolean | null {
  return (locality & 12) === 0 ? null : (locality & 12) === 8;
}

/** The id of one row, `null` where it has none. */
export function idAt({ bytes, ends }: IdColumn, row: number): string | null {
  const start = row === 0 ? 0 : (ends[row - 1] as number);
  const end = ends[row] as number;
  if (start === end) return null;
  // One by one: ids are short, and a decoder costs more than they do.
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return text;
}

/** One of them as an event. */
export function connectionAt<F extends Clear | Sealed>(all: ConnectionsOf<F>, row: number): Connection<F> {
  const locality = all.locality[row] as number;
  const seenBy = all.sensors[all.sensor[row] as number];
  const protocol = PROTOCOLS[all.protocol[row] as number];
  const outcome = OUTCOMES[all.outcome[row] as number];
  const from = all.addresses[all.from[row] as number];
  const to = all.addresses[all.to[row] as number];
  if (!seenBy || !protocol || !outcome || !from || !to)
    throw new RangeError(`connections: row ${row} is not whole`);
  const fromMac = all.macs[(all.fromMac[row] as number) - 1];
  const toMac = all.macs[(all.toMac[row] as number) - 1];
  return {
    kind: 'connection',
    time: all.time[row] as number,
    provenance: { ...seenBy, uid: idAt(all.uids, row), communityId: idAt(all.communityIds, row) },
    from: { address: from, port: (all.fromPort[row] as number) || null, local: localFrom(locality) },
    to: { address: to, port: (all.toPort[row] as number) || null, local: localTo(locality) },
    protocol,
    service: all.services[(all.service[row] as number) - 1] ?? null,
    durationMs: known(all.durationMs[row]),
    bytesOut: known(all.bytesOut[row]),
    bytesIn: known(all.bytesIn[row]),
    outcome,
    ...(fromMac === undefined ? {} : { fromMac }),
    ...(toMac === undefined ? {} : { toMac }),
  };
}

/** Some of them, in order. */
export function someOf<F extends Clear | Sealed>(
  all: ConnectionsOf<F>,
  keeps: (row: number) => boolean,
): ConnectionsOf<F> {
  const keep = (_: number, row: number): boolean => keeps(row);
  const time = all.time.filter(keep);
  return {
    ...all,
    count: time.length,
    sensor: all.sensor.filter(keep),
    time,
    durationMs: all.durationMs.filter(keep),
    from: all.from.filter(keep),
    to: all.to.filter(keep),
    fromPort: all.fromPort.filter(keep),
    toPort: all.toPort.filter(keep),
    locality: all.locality.filter(keep),
    protocol: all.protocol.filter(keep),
    outcome: all.outcome.filter(keep),
    service: all.service.filter(keep),
    bytesOut: all.bytesOut.filter(keep),
    bytesIn: all.bytesIn.filter(keep),
    fromMac: all.fromMac.filter(keep),
    toMac: all.toMac.filter(keep),
    uids: someIds(all.uids, keeps),
    communityIds: someIds(all.communityIds, keeps),
    producer: all.producer.filter(keep),
    position: all.position.filter(keep),
  };
}

function someIds({ bytes, ends }: IdColumn, keeps: (row: number) => boolean): IdColumn {
  const kept: number[] = [];
  const keptEnds: number[] = [];
  for (let row = 0, start = 0; row < ends.length; row++) {
    const end = ends[row] as number;
    if (keeps(row)) {
      kept.push(...bytes.subarray(start, end));
      keptEnds.push(kept.length);
    }
    start = end;
  }
  return { bytes: Uint8Array.from(kept), ends: Uint32Array.from(keptEnds) };
}

function known(value: number | undefined): number | null {
  return value === undefined || value < 0 ? null : value;
}
