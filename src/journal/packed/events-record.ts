import type { EventOrigin, EventsRecord, ProducerMark, SideBySide } from '../../model/index.ts';
import { column } from './columns.ts';
import { connections } from './connections.ts';
import { event } from './event.ts';
import { constant, type Field, type LargeField, list, number, running, text } from './field.ts';
import { LANES } from './parts.ts';
import { Sink } from './sink.ts';
import { damaged, Source } from './source.ts';
import { optional, structure } from './structure.ts';

const parts = {
  kind: constant('events'),
  producers: list(structure<ProducerMark>({ producer: text(), upTo: number })),
  events: list(event),
  origins: list(structure<EventOrigin>({ producer: number, at: running(LANES.position) })),
  uids: list(text()),
  actor: optional(text()),
} as const;

/** Format 2, without connections side by side. */
const events = structure<Omit<EventsRecord, 'connections'>>(parts);
/** Format 3, with them. */
const mixed = structure<EventsRecord>({
  ...parts,
  connections: optional(structure<SideBySide>({ rows: connections, places: column(Uint32Array) })),
});

/** As {@link packEvents}, in small steps. */
export function* packingEvents(format: number, record: EventsRecord): Generator<void, Buffer> {
  const sink = new Sink();
  sink.byte(format);
  yield* fieldOf(record).writing(sink, record);
  return sink.written();
}

/** The payload of a frame: the byte that tells the format, then the record. */
export function packEvents(format: number, record: EventsRecord): Buffer {
  const sink = new Sink();
  sink.byte(format);
  fieldOf(record).write(sink, record);
  return sink.written();
}

function fieldOf(record: EventsRecord): LargeField<EventsRecord> {
  return record.connections === undefined ? events : mixed;
}

/** @throws JournalError `corrupt`, or `newer_format` for a kind or field of a later release. */
export function unpackEvents(payload: Buffer): EventsRecord {
  return unpack(events, payload);
}

/** @throws as {@link unpackEvents} */
export function unpackMixed(payload: Buffer): EventsRecord {
  const record = unpack(mixed, payload);
  if (record.connections !== undefined) refuseRagged(record.connections, record.events.length);
  return record;
}

/** All columns have one number per row. */
function refuseRagged({ rows, places }: SideBySide, others: number): void {
  const columns = Object.values(rows).flatMap((value) => (ArrayBuffer.isView(value) ? [value] : []));
  columns.push(rows.uids.ends, rows.communityIds.ends);
  const isEven = columns.every((each) => 'length' in each && each.length === rows.count);
  if (!isEven || places.length !== others) throw damaged('its columns are not of one length');
}

function unpack<T>(how: Field<T>, payload: Buffer): T {
  const source = new Source(payload, 1);
  const record = how.read(source);
  source.end();
  return record;
}
