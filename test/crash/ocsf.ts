/** A connection as Zeek writes it in JSON. */
export interface Connection {
  readonly ts: number;
  readonly uid: string;
  readonly 'id.orig_h': string;
  readonly 'id.orig_p': number;
  readonly 'id.resp_h': string;
  readonly 'id.resp_p': number;
  readonly proto: string;
  readonly duration?: number;
  readonly orig_bytes?: number;
  readonly resp_bytes?: number;
}

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17 };

/** The same as OCSF Network Activity (4001), as a collector would send it. */
export function ocsfOf(connection: Connection, hasId: boolean): unknown {
  const { ts, uid, proto, duration = 0, orig_bytes = 0, resp_bytes = 0 } = connection;
  const start = Math.round(ts * 1_000);
  const product = { name: 'collector', vendor_name: 'test' };
  return {
    class_uid: 4001,
    activity_id: 2,
    severity_id: 1,
    time: start + Math.round(duration * 1_000),
    start_time: start,
    metadata: { version: '1.5.0', product, ...(hasId ? { uid } : {}) },
    connection_info: { protocol_num: PROTOCOLS[proto] ?? 6, direction_id: 0 },
    src_endpoint: { ip: connection['id.orig_h'], port: connection['id.orig_p'] },
    dst_endpoint: { ip: connection['id.resp_h'], port: connection['id.resp_p'] },
    traffic: { bytes_out: orig_bytes, bytes_in: resp_bytes },
  };
}
