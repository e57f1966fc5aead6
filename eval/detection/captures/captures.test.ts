import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTelemetry } from '../telemetry/read.ts';
import { type Logs, logsOf } from './logs.ts';
import { packetsOfTable } from './packet-table.ts';
import { CLIENT, line, SERVER, tcp, udp } from './packets.fixture.ts';
import { CaptureError, packetsOf, type Told } from './tshark.ts';

const RESOLVER = '10.0.0.1:53';

async function recordsOf(log: keyof Logs, packets: readonly Told[]): Promise<Record<string, unknown>[]> {
  const text = (await logsOf(packets))[log];
  return text
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => JSON.parse(each) as Record<string, unknown>);
}

const out = (at: number, flags: string, more = {}) => tcp(at, CLIENT, SERVER, flags, more);
const back = (at: number, flags: string, more = {}) => tcp(at, SERVER, CLIENT, flags, more);
const OPENED = [out(0, 'S'), back(0, 'SA'), out(0, 'A')];

describe('captures as logs', () => {
  it('[EVAL-17] makes one connection of the packets between the same ends', async () => {
    const packets = [
      ...OPENED,
      out(1, 'A', { 'tcp.len': '300', 'frame.protocols': 'eth:ethertype:ip:tcp:tls' }),
      out(1, 'A', { 'tcp.len': '300', 'tcp.analysis.retransmission': '1' }),
      back(2, 'A', { 'tcp.len': '1200' }),
      out(3, 'A', { 'tcp.len': '1', 'tcp.analysis.keep_alive': '1' }),
      out(4, 'FA'),
      back(4, 'FA'),
    ];
    expect(await recordsOf('conn.log', packets)).toEqual([
      {
        ts: 1_600_000_000,
        uid: expect.stringMatching(/^C[0-9a-f]{17}$/),
        'id.orig_h': '10.0.0.2',
        'id.orig_p': 50_000,
        'id.resp_h': '203.0.113.9',
        'id.resp_p': 443,
        proto: 'tcp',
        service: 'ssl',
        duration: 4,
        orig_bytes: 300,
        resp_bytes: 1200,
        conn_state: 'SF',
        orig_pkts: 6,
        resp_pkts: 3,
      },
    ]);
  });

  it.each([
    ['S0', [out(0, 'S'), out(1, 'S')]],
    ['REJ', [out(0, 'S'), back(0, 'RA')]],
    ['RSTOS0', [out(0, 'S'), out(1, 'R')]],
    ['SH', [out(0, 'S'), out(1, 'F')]],
    ['S1', OPENED],
    ['S2', [...OPENED, out(1, 'FA')]],
    ['S3', [...OPENED, back(1, 'FA')]],
    ['SF', [...OPENED, back(1, 'FA'), out(1, 'FA')]],
    ['RSTO', [...OPENED, out(1, 'R')]],
    ['RSTR', [...OPENED, back(1, 'R')]],
    ['SHR', [back(0, 'SA'), back(1, 'FA')]],
    ['RSTRH', [back(0, 'SA'), back(1, 'R')]],
    ['OTH', [out(0, 'A'), back(1, 'A')]],
  ])('[EVAL-17] says %s as Zeek does', async (state, packets) => {
    const [record] = await recordsOf('conn.log', packets);
    // Who called is who sent the first SYN, or who was answered with one.
    expect(record).toMatchObject({ conn_state: state, 'id.orig_h': '10.0.0.2' });
  });

  it('[EVAL-17] knows who called whom in midstream by the ports', async () => {
    for (const port of [80, 3389]) {
      const packets = [tcp(0, `203.0.113.9:${port}`, CLIENT), tcp(1, CLIENT, `203.0.113.9:${port}`)];
      expect(await recordsOf('conn.log', packets)).toMatchObject([{ 'id.orig_h': '10.0.0.2', orig_pkts: 1 }]);
    }
  });

  it('[EVAL-17] parts what is silent for longer than Zeek waits, and what uses a port anew', async () => {
    const calls = [0, 50, 120].map((at) => udp(at, CLIENT, '203.0.113.9:9000', 10));
    expect(await recordsOf('conn.log', calls)).toMatchObject([
      { duration: 50, orig_bytes: 20, resp_bytes: 0, conn_state: 'S0' },
      { orig_bytes: 10 },
    ]);
    expect(await recordsOf('conn.log', [out(0, 'A'), out(299, 'A'), out(600, 'A')])).toHaveLength(2);
    expect(await recordsOf('conn.log', [out(0, 'S'), out(1, 'S', { 'tcp.stream': '1' })])).toHaveLength(2);
  });

  it('[EVAL-17] takes an echo and its answer for one, and no error for the packet in it', async () => {
    const ping = { 'frame.time_epoch': '1600000000', 'icmp.code': '0', 'icmp.type': '8' };
    const packets = [
      line({ ...ping, 'ip.src': '10.0.0.2', 'ip.dst': '10.0.0.3' }),
      line({ ...ping, 'icmp.type': '0', 'ip.src': '10.0.0.3', 'ip.dst': '10.0.0.2' }),
      line({
        'frame.time_epoch': '1600000001',
        'icmp.type': '3',
        'icmp.code': '3',
        'ip.src': ['10.0.0.9', '10.0.0.2'],
        'ip.dst': ['10.0.0.2', '10.0.0.9'],
        'udp.srcport': '50000',
        'udp.dstport': '9000',
        'udp.length': '20',
      }),
    ];
    expect(await recordsOf('conn.log', packets)).toMatchObject([
      { proto: 'icmp', 'id.orig_p': 8, 'id.resp_p': 0, orig_pkts: 1, resp_pkts: 1, conn_state: 'OTH' },
      { proto: 'icmp', 'id.orig_h': '10.0.0.9', 'id.orig_p': 3, 'id.resp_p': 3 },
    ]);
  });

  it('[EVAL-17] gives a question its answers', async () => {
    const asked = { 'dns.id': '0x0001', 'dns.qry.name': 'A.Example.com', 'dns.qry.type': '16' };
    const packets = [
      udp(0, CLIENT, RESOLVER, 40, { ...asked, 'dns.flags.response': '0' }),
      udp(1, RESOLVER, CLIENT, 90, {
        ...asked,
        'dns.flags.response': '1',
        'dns.flags.rcode': '0',
        'dns.txt': ['abc', 'd'],
      }),
      udp(2, CLIENT, RESOLVER, 40, { ...asked, 'dns.id': '0x0002', 'dns.flags.response': '0' }),
    ];
    const [first, second, third] = await recordsOf('dns.log', packets);
    expect(first).toMatchObject({
      query: 'a.example.com',
      qtype_name: 'TXT',
      rcode_name: 'NOERROR',
      rtt: 1,
      answers: ['TXT 3 abc', 'TXT 1 d'],
    });
    expect(second).not.toHaveProperty('rcode');
    expect(third).toBeUndefined();
  });

  it('[EVAL-17] gives each request of a kept-alive connection the answer that came next', async () => {
    const asked = { 'http.request.method': 'GET', 'http.host': 'example.com' };
    const packets = [
      ...OPENED,
      out(1, 'A', asked),
      back(2, 'A', { 'http.response.code': '100' }),
      back(2, 'A', { 'http.response.code': '200', 'http.content_length_header': '12' }),
      out(6, 'A', { ...asked, 'http.request.method': 'POST', 'http.content_length_header': '900' }),
      back(7, 'A', { 'http.response.code': '404', 'http.chunk_size': ['5', '6', '0'] }),
    ];
    expect(await recordsOf('http.log', packets)).toMatchObject([
      { ts: 1_600_000_001, method: 'GET', request_body_len: 0, status_code: 200, response_body_len: 12 },
      {
        ts: 1_600_000_006,
        method: 'POST',
        host: 'example.com',
        request_body_len: 900,
        response_body_len: 11,
      },
    ]);
    const uids = [...(await recordsOf('http.log', packets)), ...(await recordsOf('conn.log', packets))];
    expect(new Set(uids.map(({ uid }) => uid)).size).toBe(1);
  });

  it('[EVAL-17] says of a session its name, its version and whether it came about', async () => {
    const hello = { 'tls.handshake.type': '1', 'tls.handshake.extensions_server_name': 'example.com' };
    const answer = { 'tls.handshake.type': ['2', '11'], 'tls.handshake.version': '0x0303' };
    const opened = [out(0, 'A', hello), back(1, 'A', answer)];
    const named = { server_name: 'example.com' };
    expect(await recordsOf('ssl.log', opened)).toMatchObject([
      { ...named, version: 'TLSv12', established: false },
    ]);
    const newer = { ...answer, 'tls.handshake.extensions.supported_version': '0x0304' };
    const used = [out(0, 'A', hello), back(1, 'A', newer), out(2, 'A', { 'tls.record.content_type': '23' })];
    expect(await recordsOf('ssl.log', used)).toMatchObject([
      { ...named, version: 'TLSv13', established: true },
    ]);
  });

  it('[EVAL-17] writes what the product reads without a refusal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stance-captures-'));
    const asked = { 'dns.id': '1', 'dns.qry.name': 'example.com', 'dns.flags.response': '0' };
    const logs = await logsOf([
      ...OPENED,
      out(1, 'A', { 'http.request.method': 'GET', 'http.host': 'example.com' }),
      out(1, 'A', { 'tls.handshake.type': '1' }),
      udp(2, CLIENT, RESOLVER, 40, asked),
    ]);
    for (const [name, text] of Object.entries(logs)) await writeFile(join(folder, name), text);
    const { observations, refused } = await readTelemetry([folder]);
    expect(refused).toBe(0);
    expect(observations.map(({ kind }) => kind).sort()).toEqual(
      ['connection', 'connection', 'dns', 'http', 'tls'].sort(),
    );
    await rm(folder, { recursive: true });
  });

  it('[EVAL-17] passes over what is no IP', async () => {
    const arp = line({ 'frame.time_epoch': '1600000000', 'frame.protocols': 'eth:ethertype:arp' });
    expect(await logsOf([arp])).toEqual({ 'conn.log': '', 'dns.log': '', 'http.log': '', 'ssl.log': '' });
  });

  it('[EVAL-17] makes connections of a table of packets: each SYN of the machine opens one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stance-captures-'));
    const table = join(folder, 'beacon.csv');
    const rows = [
      'ip.proto,frame.len,src_ip,dst_ip,is_SYN,is_ACK,is_RST,is_FIN,is_PSH,time_since_last',
      '6,66,0,1,1,0,0,0,0,0.0',
      '6,66,1,0,1,1,0,0,0,0.5',
      '6,254,0,1,0,1,0,0,1,0.5',
      '6,60,1,0,0,1,0,0,0,0.5',
      '6,54,0,1,0,1,0,1,0,0.5',
      '6,60,1,0,0,1,0,1,0,0.0',
      '6,66,0,1,1,0,0,0,0,28.0',
    ];
    await writeFile(table, rows.join('\n'));
    const { 'conn.log': log } = await logsOf(packetsOfTable(table));
    expect(
      log
        .trim()
        .split('\n')
        .map((each): unknown => JSON.parse(each)),
    ).toMatchObject([
      { duration: 2, service: 'ssl', orig_bytes: 200, resp_bytes: 0, conn_state: 'SF', 'id.resp_p': 443 },
      { ts: Date.UTC(2025, 0) / 1_000 + 30, conn_state: 'S0' },
    ]);
    await writeFile(table, 'time,size\n1,2\n');
    await expect(logsOf(packetsOfTable(table))).rejects.toThrow(
      /beacon\.csv: no table of packets: .*frame\.len/,
    );
    await rm(folder, { recursive: true });
  });

  it('[EVAL-17] says what to do where tshark is missing, and what it says where it reads nothing', async () => {
    const all = async (program: string) => {
      for await (const _ of packetsOf('missing.pcap', () => {}, program));
    };
    await expect(all('/nowhere/tshark')).rejects.toThrow(CaptureError);
    await expect(all('/nowhere/tshark')).rejects.toThrow(/comes with Wireshark \(apt install tshark/);
    await expect(all(process.execPath)).rejects.toThrow(/missing\.pcap: tshark reads nothing of it: /);
  });
});
