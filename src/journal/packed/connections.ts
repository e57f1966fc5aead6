import type { Connections, IdColumn } from '../../model/index.ts';
import { bytes, column } from './columns.ts';
import { type Field, list, number, text } from './field.ts';
import { mac } from './parts.ts';
import { structure } from './structure.ts';

const ids = structure<IdColumn>({ bytes, ends: column(Uint32Array) });

/** Connections as columns. The table is the format: see `event.ts`. */
export const connections: Field<Connections> = structure<Connections>({
  count: number,
  sensors: list(structure<Connections['sensors'][number]>({ site: text(), sensor: text() })),
  addresses: list(text()),
  services: list(text()),
  macs: list(mac),
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
});
