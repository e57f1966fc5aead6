import type { Canaries } from './canaries.ts';

/** An EVE record of every event type, with canaries in all that must not enter and in all that enters only sealed. */
export function eveRecords(canaries: Canaries, time: number): readonly string[] {
  const stamp = new Date(time).toISOString().replace('Z', '+0000');
  const put = (where: string) => canaries.word(`suricata ${where}`);
  const name = (where: string) => `${put(`${where} label`)}.known-domain-9.com`;
  const base = (type: string) => ({
    timestamp: stamp,
    flow_id: 1_400_000_000_000_001,
    event_type: type,
    src_ip: '10.20.0.8',
    src_port: 50_123,
    dest_ip: '198.51.100.20',
    dest_port: 443,
    proto: 'TCP',
    host: put(`${type} host`),
    in_iface: put(`${type} in_iface`),
    payload: Buffer.from(put(`${type} payload`)).toString('base64'),
    payload_printable: put(`${type} payload_printable`),
    packet: put(`${type} packet`),
    [put(`${type} unknown key`)]: { [put(`${type} nested key`)]: put(`${type} nested value`) },
  });
  const records = [
    {
      ...base('flow'),
      app_proto: 'tls',
      ether: { src_macs: [canaries.place('3c:22:fb:d1:7e:53', 'suricata flow src_macs')] },
      flow: {
        pkts_toserver: 9,
        pkts_toclient: 7,
        bytes_toserver: 1_234,
        bytes_toclient: 5_678,
        start: stamp,
        end: stamp,
        state: 'closed',
        reason: put('flow reason'),
      },
    },
    {
      ...base('dns'),
      dest_port: 53,
      dns: {
        type: 'answer',
        rrname: name('dns'),
        rrtype: 'A',
        rcode: 'NOERROR',
        answers: [{ rrname: name('answer'), rrtype: 'TXT', rdata: put('dns TXT') }],
        grouped: { CNAME: [name('dns CNAME')] },
      },
    },
    {
      ...base('tls'),
      tls: {
        subject: `CN=${put('tls subject')}`,
        issuerdn: `CN=${put('tls issuer')}`,
        serial: put('tls serial'),
        fingerprint: Array(20).fill('2d').join(':'),
        sni: name('tls sni'),
        version: 'TLS 1.2',
        notbefore: '2025-03-19T09:44:08',
        notafter: '2030-03-20T09:44:08',
        ja3: { string: put('tls ja3') },
        subjectaltname: [put('tls san')],
      },
    },
    {
      ...base('http'),
      http: {
        hostname: name('http'),
        url: `/${put('http url')}`,
        http_user_agent: put('http user agent'),
        http_refer: put('http referer'),
        http_method: put('http method'),
        status: 201,
        length: 5,
        request_headers: [{ name: 'Cookie', value: put('http cookie') }],
      },
    },
    {
      ...base('fileinfo'),
      http: { http_content_type: `application/${put('file type')}`, url: put('file url') },
      fileinfo: {
        filename: `/home/${put('filename')}`,
        magic: put('file magic'),
        sha256: 'ab'.repeat(32),
        size: 77,
      },
    },
    {
      ...base('dhcp'),
      dhcp: {
        dhcp_type: 'ack',
        client_mac: canaries.place('02:1a:2b:d1:7e:53', 'suricata dhcp client_mac'),
        assigned_ip: '10.20.0.12',
        hostname: put('dhcp hostname'),
        vendor_class_identifier: put('dhcp vendor class'),
        lease_time: 3_600,
      },
    },
    {
      ...base('alert'),
      alert: {
        action: 'allowed',
        gid: 1,
        signature_id: 9,
        signature: put('alert signature'),
        category: put('alert category'),
        severity: 1,
        metadata: { policy: [put('alert policy')], tag: [put('alert tag')] },
      },
    },
    { ...base('drop'), drop: { reason: `${put('drop reason')} !` } },
    {
      ...base('anomaly'),
      anomaly: { type: 'applayer', event: `${put('anomaly event')} with text!`, layer: put('anomaly layer') },
    },
    {
      ...base('ssh'),
      ssh: {
        client: { software_version: `PuTTY_Release_0.81 ${put('ssh client')}` },
        server: { software_version: `${put('ssh server')} and a comment` },
      },
    },
    {
      ...base('smb'),
      smb: {
        command: put('smb command'),
        share: `\\\\${put('smb server')}\\${put('smb share')}`,
        filename: put('smb filename'),
        status: put('smb status'),
        ntlmssp: { domain: put('smb domain'), user: put('smb user'), host: put('smb host') },
      },
    },
    {
      ...base('dcerpc'),
      dcerpc: { interfaces: [{ uuid: put('dcerpc uuid') }], request: put('dcerpc request') },
    },
    {
      ...base('krb5'),
      krb5: {
        msg_type: 'KRB_AS_REP',
        cname: put('krb5 cname'),
        realm: `${put('krb5 realm')}.EXAMPLE`,
        sname: put('krb5 sname'),
        error_code: put('krb5 error'),
      },
    },
    { ...base('rdp'), rdp: { cookie: put('rdp cookie') } },
    { ...base('ftp'), ftp: { command: put('ftp command'), command_data: put('ftp data') } },
    {
      ...base('smtp'),
      smtp: { helo: put('smtp helo'), mail_from: put('smtp from'), rcpt_to: [put('smtp to')] },
      email: { from: put('mail from'), subject: put('mail subject'), attachment: [put('attachment')] },
    },
    { ...base('sip'), sip: { method: put('sip method'), uri: put('sip uri') } },
    { ...base('nfs'), nfs: { filename: put('nfs filename') } },
    { ...base(put('event type')) },
    { ...base('flow'), flow: { end: put('flow end that is no time') } },
    { ...base('dns'), src_ip: put('src_ip that is none') },
  ];
  return [...records.map((record) => JSON.stringify(record)), `{"event_type": "${put('broken line')}`];
}
