import type { EventOrigin, EventsRecord, ProducerMark } from '../../model/index.ts';
import { event } from './event.ts';
import { constant, list, number, running, text } from './field.ts';
import { LANES } from './parts.ts';
import { Sink } from './sink.ts';
import { Source } from './source.ts';
import { optional, structure } from './structure.ts';

const eventsRecord = structure<EventsRecord>({
  kind: constant('events'),
  producers: list(structure<ProducerMark>({ producer: text(), upTo: number })),
  events: list(event),
  origins: list(structure<EventOrigin>({ producer: number, at: running(LANES.position) })),
  uids: list(text()),
  actor: optional(text()),
});

/** The payload of a frame: the byte that tells the format, then the record. */
export function packEvents(format: number, record: EventsRecord): Buffer {
  const sink = new Sink();
  sink.byte(format);
  eventsRecord.write(sink, record);
  return sink.written();
}

/** @throws JournalError `corrupt`, or `newer_format` for a kind or field of a later release. */
export function unpackEvents(payload: Buffer): EventsRecord {
  const source = new Source(payload, 1);
  const record = eventsRecord.read(source);
  source.end();
  return record;
}
