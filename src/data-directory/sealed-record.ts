import { numberAddresses } from '../engine/index.ts';
import { areColumnsOf, rememberPayload } from '../journal/index.ts';
import type { Event, EventsRecord, SideBySide } from '../model/index.ts';
import type { Sealer } from '../privacy/index.ts';
import type { IntakeBatch } from '../sources/index.ts';

/** In small steps, the record of a batch: what it says of somebody by name, it says under a fingerprint. */
export function* sealing(batch: IntakeBatch, sealer: Sealer): Generator<void, EventsRecord> {
  const { observations, origins, producers, uids, actor, connections } = batch;
  const events: Event[] = [];
  for (const each of observations) {
    events.push(sealer.seal(each));
    yield;
  }
  const record: EventsRecord = {
    kind: 'events',
    producers,
    events,
    origins,
    uids,
    ...(actor === undefined ? {} : { actor }),
    ...(connections === undefined ? {} : { connections: sealedRows(connections, sealer) }),
  };
  const packed = connections?.packed;
  if (packed?.of === 'record') rememberPayload(record, asBuffer(packed.bytes));
  return record;
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** What its reader calls the addresses of a record that was sealed just now, where it says so. */
export function noteNumbers(record: EventsRecord, { connections }: IntakeBatch, reading: object): void {
  if (connections?.numbers === undefined || record.connections === undefined) return;
  numberAddresses(record.connections.rows, { reading, ...connections.numbers });
}

/** The same of what its sources call each. */
export function* sealingIds({ uids }: IntakeBatch, sealer: Sealer): Generator<void, string[]> {
  const sealed: string[] = [];
  for (const uid of uids) {
    sealed.push(uid === '' ? '' : sealer.recordFingerprint(uid));
    yield;
  }
  return sealed;
}

function sealedRows(
  { rows, places, packed }: NonNullable<IntakeBatch['connections']>,
  sealer: Sealer,
): SideBySide {
  const sealed = sealer.sealConnections(rows);
  if (packed?.of === 'columns') areColumnsOf(sealed, packed.bytes);
  return { rows: sealed, places };
}

/** The accounts that signed in, as their sources name them. */
export function* accountsIn({ observations }: IntakeBatch): Iterable<string> {
  for (const each of observations)
    if (each.kind === 'authentication' && each.account !== null) yield each.account;
}

/** Connections without names: what is said of others changes nothing about them. */
export function asksNoGate({ observations, uids }: IntakeBatch): boolean {
  return (
    uids.length === 0 && observations.every((each) => each.kind === 'connection' && each.name === undefined)
  );
}
