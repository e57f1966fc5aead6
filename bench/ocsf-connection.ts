/** A connection to the world as a firewall writes it, on one line: one whose end is now. */
export function ocsfConnection(time: number, from: string, to: string): string {
  return JSON.stringify({
    class_uid: 4001,
    activity_id: 2,
    time,
    start_time: time - 40,
    severity_id: 1,
    metadata: { version: '1.5.0', product: { name: 'bench', vendor_name: 'bench' } },
    connection_info: { protocol_num: 6, direction_id: 2 },
    src_endpoint: { ip: from, port: 50_000 },
    dst_endpoint: { ip: to, port: 443 },
    traffic: { bytes_out: 1_000, bytes_in: 5_000 },
  });
}
