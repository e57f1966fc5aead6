import type { Connections, IdColumn } from '../../model/index.ts';
import { bytes, column } from './columns.ts';
import { type Field, list, number, text } from './field.ts';
import { mac } from './parts.ts';
import { Sink } from './sink.ts';
import { structure } from './structure.ts';

const ids = structure<IdColumn>({ bytes, ends: column(Uint32Array) });

/** What the columns' numbers stand for. Its texts are numbered through the whole frame. */
const lists = {
  count: number,
  sensors: list(structure<Connections['sensors'][number]>({ site: text(), sensor: text() })),
  addresses: list(text<Connections['addresses'][number]>()),
  services: list(text()),
  macs: list(mac),
} as const;

/** Numbers alone: their bytes depend on nothing else in the frame. */
const columns = {
  sensor: column(Uint16Array),
  time: column(Float64Array),
  durationMs: column(Float64Array),
  from: column(Uint32Array),
  to: column(Uint32Array),
  fromPort: column(Uint16Array),
  toPort: column(Uint16Array),
  locality: column(Uint8Array),
  protocol: column(Uint8Array),
  outcome: column(Uint8Array),
  service: column(Uint16Array),
  bytesOut: column(Float64Array),
  bytesIn: column(Float64Array),
  fromMac: column(Uint32Array),
  toMac: column(Uint32Array),
  uids: ids,
  communityIds: ids,
  producer: column(Uint16Array),
  position: column(Float64Array),
} as const;

type Lists = Pick<Connections, keyof typeof lists>;
type Columns = Omit<Connections, keyof typeof lists>;

const whole = structure<Connections>({ ...lists, ...columns });
const listsAlone = structure<Lists>(lists);
const columnsAlone = structure<Columns>(columns);

const packed = new WeakMap<Connections, Uint8Array>();

/** Connections as columns. The tables are the format: see `event.ts`. */
export const connections: Field<Connections> = {
  write(sink, value) {
    const known = packed.get(value);
    if (known === undefined) return whole.write(sink, value);
    listsAlone.write(sink, value);
    sink.raw(known);
  },
  read: (source) => whole.read(source),
};

/** The bytes of the columns as a frame holds them: they may be made in another thread than that which has the journal. */
export function packColumns(of: Columns): Uint8Array<ArrayBuffer> {
  const sink = new Sink();
  columnsAlone.write(sink, of);
  // Of its own memory, so that it can be handed to the other thread.
  return new Uint8Array(sink.written());
}

/** These are the bytes that `packColumns` made of the columns of `rows`. */
export function areColumnsOf(rows: Connections, made: Uint8Array): void {
  packed.set(rows, made);
}
