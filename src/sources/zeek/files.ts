import type { Endpoint } from '../../model/index.ts';
import { mimeClass } from '../mime-class.ts';
import { digest, hostAddress, sensorId } from '../wire-values.ts';
import { ends, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

export const files: Mapping = (record, { time, provenance }) => {
  const [from, to] = transfer(record);
  return {
    kind: 'file',
    time,
    provenance: { ...provenance, uid: provenance.uid ?? sensorId(record.texts('conn_uids')[0] ?? null) },
    from,
    to,
    sha256: digest(record.text('sha256'), 256),
    sha1: digest(record.text('sha1'), 160),
    md5: digest(record.text('md5'), 128),
    sizeBytes: record.count('total_bytes') ?? record.count('seen_bytes'),
    mimeClass: mimeClass(record.text('mime_type')),
  };
};

/** Sender and receiver: sets of hosts until Zeek 5.0, since then a connection and who of it sent. */
function transfer(record: ZeekRecord): readonly [Endpoint | null, Endpoint | null] {
  if (!record.has('id.orig_h')) return [firstHost(record, 'tx_hosts'), firstHost(record, 'rx_hosts')];
  const { from, to } = ends(record);
  return record.bool('is_orig') === false ? [to, from] : [from, to];
}

function firstHost(record: ZeekRecord, field: string): Endpoint | null {
  const address = hostAddress(record.texts(field)[0] ?? null);
  return address === null ? null : { address, port: null, local: null };
}
