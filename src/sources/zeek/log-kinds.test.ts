import { describe, expect, test } from 'vitest';
import type { Observation } from '../../model/index.ts';
import { LOG_KINDS } from './log-kinds.fixture.ts';
import { MAPPINGS } from './log-kinds.ts';
import { FLOW, only, readZeek, tsv } from './zeek-log.fixture.ts';

const caseOf = (kind: string) => LOG_KINDS.find((each) => each.kind === kind) ?? { record: {} };
/** A record of a kind with some fields written otherwise. */
const read = (kind: string, fields: Readonly<Record<string, string>>): Observation =>
  only(readZeek(tsv(kind, { ...caseOf(kind).record, ...fields })));

const connectionOutcome = (proto: string, conn_state: string, more = {}) => {
  const event = read('conn', { proto, conn_state, ...more });
  return event.kind === 'connection' ? event.outcome : null;
};

const dnsOutcome = (rcode: string, rejected = 'F') => {
  const event = read('dns', { rcode, rejected });
  return event.kind === 'dns' ? event.outcome : null;
};

const verdict = (validation_status: string) => {
  const event = read('ssl', { validation_status });
  return event.kind === 'tls' ? event.validation : null;
};

const shareOperation = (path: string, share_type = '-') => {
  const event = read('smb_mapping', { path, share_type });
  return event.kind === 'remote_service' && event.operation;
};

/** The same record as Zeek's JSON writer has it. */
function json(record: Readonly<Record<string, string>>): string {
  const sets =
    /^(answers|TTLs|proxied|.*_chain_.*|.*fuids|.*filenames|.*mime_types|.*_hosts|conn_uids|uids|msg_types|analyzers|actions|rcptto|to|cc|path|.*path|tunnel_parents|san\..*|client_channels|email_dest|tags)$/;
  const members = Object.entries(record).flatMap(([field, text]): [string, unknown][] => {
    if (text === '-' || text === '(empty)') return [];
    if (field === 'service' && record['port_num'] !== undefined) return [[field, text.split(',')]];
    if (sets.test(field) && !text.startsWith('\\')) return [[field, text.split(',')]];
    if (text === 'T' || text === 'F') return [[field, text === 'T']];
    if (/^\d+(\.\d+)?$/.test(text)) return [[field, Number(text)]];
    return [[field, text.replaceAll('\\\\', '\\')]];
  });
  return JSON.stringify(Object.fromEntries(members));
}

describe('the logs that we read', () => {
  test('each have a case here', () => {
    expect(LOG_KINDS.map(({ kind }) => kind).toSorted()).toEqual([...MAPPINGS.keys()]);
  });

  for (const { kind, record, made } of LOG_KINDS) {
    const expected = {
      time: 1767225600123,
      provenance: {
        site: 'hq',
        sensor: 'zeek-1',
        communityId: null,
        uid: record['uid'] ?? record['uids'] ?? record['conn_uids'] ?? null,
      },
      ...made,
    };

    test(`[SRC-ZEEK-30] ${kind}: all that may enter, and nothing else`, () => {
      expect(only(readZeek(tsv(kind, record)))).toEqual(expected);
      expect(only(readZeek(`${json(record)}\n`, `${kind}.log`))).toEqual(expected);
    });

    test(`[SRC-CANARY-1] ${kind}: no canary passes the allow-list`, () => {
      const readings = JSON.stringify([
        readZeek(tsv(kind, record)),
        readZeek(`${json(record)}\n`, `${kind}.log`),
        // Nor does a refusal quote what it refuses.
        readZeek(tsv(kind, { ...record, ts: 'CANARY-TIME' })),
        readZeek(
          tsv(kind, { ...record, 'id.orig_h': 'CANARY-HOST', host: 'CANARY-HOST', rx_hosts: 'CANARY-HOST' }),
        ),
      ]);
      expect(readings.toLowerCase()).not.toContain('canary');
    });
  }
});

describe('a connection', () => {
  test('[SRC-ZEEK-31] has the outcome that its state means', () => {
    for (const state of ['SF', 'S1', 'S2', 'S3', 'RSTO', 'RSTR'])
      expect(connectionOutcome('tcp', state)).toBe('established');
    for (const state of ['S0', 'SH', 'RSTOS0'])
      expect(connectionOutcome('tcp', state, { history: '-' })).toBe('unanswered');
    for (const state of ['OTH', 'SHR', 'RSTRH', '?']) expect(connectionOutcome('tcp', state)).toBe('unknown');
    expect(connectionOutcome('tcp', 'REJ')).toBe('rejected');
    expect([connectionOutcome('udp', 'SF'), connectionOutcome('udp', 'S0')]).toEqual([
      'established',
      'unanswered',
    ]);
  });

  test('[SRC-ZEEK-48] ended without an answer is an attempt only where one was seen', () => {
    for (const state of ['SH', 'RSTOS0']) {
      for (const history of ['S', 'SR', 'SF'])
        expect(connectionOutcome('tcp', state, { history })).toBe('unanswered');
      // What a server sends after its connection was taken to be over.
      for (const history of ['R', 'DR', 'F', 'sR'])
        expect(connectionOutcome('tcp', state, { history })).toBe('unknown');
    }
    expect(connectionOutcome('udp', 'S0', { history: 'D' })).toBe('unanswered');
  });

  test('[SRC-ZEEK-32] of ICMP has no ports, and is answered if its echo is', () => {
    const echo = { 'id.orig_p': '8', 'id.resp_p': '0', orig_bytes: '56', resp_bytes: '56' };
    const event = read('conn', { proto: 'icmp', conn_state: 'OTH', ...echo });
    expect(event).toMatchObject({
      protocol: 'icmp',
      from: { port: null },
      to: { port: null },
      outcome: 'established',
    });
    expect(connectionOutcome('icmp', 'OTH', { ...echo, resp_bytes: '0', resp_pkts: '0' })).toBe('unanswered');
    expect(connectionOutcome('icmp', 'OTH', { ...echo, 'id.orig_p': '3' })).toBe('unknown');
  });

  test('keeps no service name that is not one, and no duration that runs backwards', () => {
    expect(read('conn', { service: 'a b' })).toMatchObject({ service: null });
    expect(read('conn', { duration: '-0.5' })).toMatchObject({ durationMs: null, time: 1767225600123 });
  });
});

describe('a DNS query', () => {
  test('[SRC-ZEEK-33] for a name of a machine nearby is not kept', () => {
    for (const port of ['137', '5353', '5355']) {
      expect(read('dns', { 'id.resp_p': port, query: 'annas-laptop.local' })).toMatchObject({ query: null });
    }
  });

  test('[SRC-ZEEK-34] that is no DNS name is a query without a name', () => {
    const odd = [
      'two words.example',
      'b\\xc3\\xbccher.example',
      'a..example',
      '-',
      `${'x'.repeat(64)}.example`,
      '10.0.0.1',
    ];
    for (const query of odd) expect(read('dns', { query })).toMatchObject({ kind: 'dns', query: null });
    expect(read('dns', { query: '_ldap._tcp.Corp.example' })).toMatchObject({
      query: '_ldap._tcp.corp.example',
    });
  });

  test('[DNS-DET-11] whose name is data goes on to be sealed: long, of any bytes, below a plain domain', () => {
    const data = '0eaba82\\xe2\\x82\\xac+hb'.repeat(4);
    const sealable = `${data}.${data}.pirate.example`.replaceAll('\\xe2\\x82\\xac', '€');
    expect(read('dns', { query: `${data}.${data}.Pirate.example` })).toMatchObject({ query: sealable });
    const long = 'a+b'.repeat(20);
    for (const query of [
      `${long}..example`,
      `${long}.b+cher.example`,
      `${long}${long}.${long}${long}${long}.a.example`,
    ]) {
      expect(read('dns', { query })).toMatchObject({ query: null });
    }
  });

  test('ends in one of six ways', () => {
    expect(['0', '2', '3', '5'].map((code) => dnsOutcome(code))).toEqual([
      'answered',
      'failed',
      'nxdomain',
      'refused',
    ]);
    expect([dnsOutcome('-'), dnsOutcome('-', 'T')]).toEqual(['unanswered', 'refused']);
  });

  test('names its type, or numbers it', () => {
    expect(read('dns', { qtype: '255', qtype_name: '*' })).toMatchObject({ queryType: 'ANY' });
    expect(read('dns', { qtype: '4711', qtype_name: 'query-4711' })).toMatchObject({ queryType: 'TYPE4711' });
    expect(read('dns', { qtype: '-', qtype_name: '-' })).toMatchObject({ queryType: null });
  });

  test('keeps a bounded number of addresses', () => {
    const answers = Array.from({ length: 200 }, (_, i) => `10.0.0.${i}`).join(',');
    const event = read('dns', { answers });
    expect(event.kind === 'dns' && [event.addresses.length, event.answerCount]).toEqual([64, 200]);
  });
});

describe('certificates', () => {
  test('[SRC-ZEEK-35] of older and newer logs are known by the key that their sessions have', () => {
    const older = { fingerprint: '-', id: 'FabcDE1fGh2iJ3' };
    expect(read('x509', older)).toMatchObject({ keys: ['FabcDE1fGh2iJ3'] });
    const session = { cert_chain_fps: '-', cert_chain_fuids: 'FabcDE1fGh2iJ3,Fother' };
    expect(read('ssl', session)).toMatchObject({ certificate: 'FabcDE1fGh2iJ3' });
  });

  test('[SRC-ZEEK-44] without an end are valid to the end of 9999, in whatever form times are written', () => {
    const end = Date.UTC(9999, 11, 31, 23, 59, 59);
    const validity = { notBefore: Date.UTC(2020, 0, 1), notAfter: end };
    const written = (form: (ms: number) => unknown) => {
      const times = {
        ts: form(Date.UTC(2026, 0, 1)),
        'certificate.not_valid_before': form(validity.notBefore),
        'certificate.not_valid_after': form(end),
      };
      return only(
        readZeek(JSON.stringify({ ...JSON.parse(json(caseOf('x509').record)), ...times }), 'x509.log'),
      );
    };
    expect(written((ms) => ms / 1_000)).toMatchObject(validity);
    expect(written((ms) => ms)).toMatchObject(validity);
    expect(written((ms) => new Date(ms).toISOString())).toMatchObject(validity);
    expect(read('x509', { 'certificate.not_valid_after': '253402300799.000000' })).toMatchObject({
      notAfter: end,
    });
    expect(read('x509', { 'certificate.not_valid_before': '-1577836800.5' })).toMatchObject({
      notBefore: -1577836800500,
    });
    // Neither here nor in the journal is there a −0.
    expect(read('x509', { 'certificate.not_valid_before': '-0.0' })).toMatchObject({ notBefore: 0 });
    const beyond = { ...caseOf('x509').record, 'certificate.not_valid_after': '253402300800.0' };
    for (const text of [tsv('x509', beyond), `${json(beyond)}\n`]) {
      expect(readZeek(text, 'x509.log')).toEqual([
        { kind: 'refused', reason: 'invalid_value', field: 'certificate.not_valid_after' },
      ]);
    }
  });

  test('are told weak from sound, and self-issued from issued', () => {
    const weak = (sig_alg: string) => {
      const event = read('x509', { 'certificate.sig_alg': sig_alg });
      return event.kind === 'certificate' && event.weakSignature;
    };
    expect(['md5WithRSAEncryption', 'ecdsa-with-SHA1', 'dsaWithSHA1'].map(weak)).toEqual([true, true, true]);
    const broken = ['sha1WithRSA', 'ripemd160WithRSA', 'mdc2WithRSA', 'shaWithRSAEncryption', 'dsaWithSHA'];
    expect(broken.filter((each) => !weak(each))).toEqual([]);
    const sound = [
      'rsassaPss',
      'RSA-SHA3-256',
      'ecdsa_with_SHA3-384',
      'dsa_with_SHA256',
      'sha512-256WithRSAEncryption',
    ];
    expect(sound.filter(weak)).toEqual([]);
    expect(['sha256WithRSAEncryption', 'ecdsa-with-SHA384', 'ED25519'].map(weak)).toEqual([
      false,
      false,
      false,
    ]);
    expect(read('x509', { 'certificate.issuer': 'CN=api.example.com' })).toMatchObject({ selfIssued: true });
    expect(read('x509', { 'certificate.key_type': '-', 'certificate.key_alg': 'ED25519' })).toMatchObject({
      keyType: 'ed25519',
    });
    expect(readZeek(tsv('x509', { ...caseOf('x509').record, 'certificate.not_valid_after': '-' }))).toEqual([
      { kind: 'refused', reason: 'missing_field', field: 'certificate.not_valid_after' },
    ]);
  });

  test('are judged in the words of OpenSSL, old and new', () => {
    expect(verdict('ok')).toBe('ok');
    expect(verdict('certificate has expired')).toBe('expired');
    expect(verdict('self signed certificate')).toBe('self_signed');
    expect(verdict('self-signed certificate')).toBe('self_signed');
    expect(verdict('self-signed certificate in certificate chain')).toBe('untrusted');
    expect(verdict('certificate is not yet valid')).toBe('other_failure');
    expect(verdict('-')).toBe('unknown');
  });
});

describe('sign-ins', () => {
  test('[SRC-ZEEK-36] are unknown where Zeek cannot tell', () => {
    expect(read('ssh', { auth_success: '-' })).toMatchObject({ outcome: 'unknown' });
    expect(read('ntlm', { success: '-' })).toMatchObject({ outcome: 'unknown' });
  });

  test('[SRC-ZEEK-37] of Kerberos fail only by what is said against the client', () => {
    const demand = { success: 'F', error_msg: 'KDC_ERR_PREAUTH_REQUIRED' };
    expect(read('kerberos', demand)).toMatchObject({ outcome: 'unknown' });
    expect(read('kerberos', { success: 'F', error_msg: '-' })).toMatchObject({ outcome: 'failure' });
    expect(read('kerberos', { success: 'T', error_msg: '-' })).toMatchObject({ outcome: 'success' });
  });

  test('name the account as the wire had it, or nobody', () => {
    expect(read('kerberos', { client: 'host/a.example/CORP' })).toMatchObject({
      account: 'host/a.example@CORP',
    });
    expect(read('kerberos', { client: '/CORP' })).toMatchObject({ account: null });
    expect(read('ntlm', { domainname: '-' })).toMatchObject({ account: 'alice' });
    expect(read('ntlm', { username: '-' })).toMatchObject({ account: null });
  });

  test('by FTP are the replies that end them', () => {
    const signIn = { command: 'PASS', user: 'carol', reply_code: '530' };
    expect(read('ftp', signIn)).toMatchObject({
      kind: 'authentication',
      account: 'carol',
      outcome: 'failure',
    });
    expect(read('ftp', { ...signIn, user: 'Anonymous', reply_code: '230' })).toMatchObject({
      kind: 'authentication',
      account: null,
      outcome: 'success',
    });
    expect(read('ftp', { command: 'CANARY' })).toMatchObject({ kind: 'remote_service', operation: null });
  });
});

describe('other records', () => {
  test('[SRC-ZEEK-38] a lease is a lease only once the server acknowledged it', () => {
    expect(read('dhcp', { msg_types: 'DISCOVER,OFFER' })).toMatchObject({ address: null });
    const inform = { msg_types: 'INFORM,ACK', assigned_addr: '-' };
    expect(read('dhcp', inform)).toMatchObject({ address: '10.1.2.3' });
    const older = {
      ...FLOW,
      mac: '00:1a:2b:3c:4d:5e',
      assigned_ip: '10.1.2.9',
      lease_time: '60.0',
      trans_id: '1',
    };
    expect(only(readZeek(tsv('dhcp', older)))).toMatchObject({
      address: '10.1.2.9',
      hostName: null,
      leaseMs: 60000,
    });
  });

  test('a file goes from its sender to its receiver, whoever opened the connection', () => {
    const newer = { ...FLOW, fuid: 'Fabc', source: 'HTTP', analyzers: 'SHA1', mime_type: '-' };
    const ends = (is_orig: string) => only(readZeek(tsv('files', { ...newer, is_orig })));
    expect(ends('T')).toMatchObject({ from: { address: '10.1.2.3' }, to: { address: '192.0.2.10' } });
    expect(ends('F')).toMatchObject({ from: { address: '192.0.2.10' }, to: { address: '10.1.2.3' } });
  });

  test('a notice may name hosts without a connection, and says whether Zeek had it blocked', () => {
    const scan = { 'id.orig_h': '-', 'id.resp_h': '-', dst: '-', note: 'Scan::Address_Scan' };
    expect(read('notice', scan)).toMatchObject({ from: { address: '10.1.2.3', port: null }, to: null });
    expect(read('notice', { dropped: 'T' })).toMatchObject({ outcome: 'blocked' });
    expect(readZeek(tsv('notice', { ...caseOf('notice').record, note: 'free text' }))).toEqual([
      { kind: 'refused', reason: 'invalid_value', field: 'note' },
    ]);
    // A script without a module.
    expect(read('notice', { note: 'Bad_Domain_Hit' })).toMatchObject({ rule: 'Bad_Domain_Hit' });
  });

  test('[SRC-ZEEK-47] what Zeek writes with an exponent is the number it means', () => {
    const lease = (lease_time: string) => read('dhcp', { lease_time });
    expect(lease('4.294967e+09')).toEqual(lease('4294967000.0'));
    expect(lease('1.5e-01')).toEqual(lease('0.15'));
    expect(readZeek(tsv('dhcp', { ...caseOf('dhcp').record, lease_time: '1e99' }))[0]).toMatchObject({
      kind: 'refused',
      reason: 'wrong_type',
    });
  });

  test('a share is told by its end alone', () => {
    expect(shareOperation('\\\\\\\\srv\\\\c$')).toBe('admin_share');
    expect(shareOperation('\\\\\\\\srv\\\\IPC$', 'PIPE')).toBe('ipc_share');
    expect(shareOperation('\\\\\\\\srv\\\\homes', 'DISK')).toBe('disk_share');
    expect(shareOperation('\\\\\\\\srv\\\\homes')).toBeNull();
  });

  test('software without a product name is passed over', () => {
    const unnamed = { ...caseOf('software').record, name: '<script>' };
    expect(readZeek(tsv('software', unnamed))[0]?.kind).toBe('skip');
  });

  test('[SRC-ZEEK-46] software that a user agent names is one of a list, and its version no word', () => {
    const name = (software_type: string, product: string) => {
      const [found] = readZeek(
        tsv('software', { ...caseOf('software').record, software_type, name: product }),
      );
      return found?.kind === 'observation' && found.observation.kind === 'software'
        ? found.observation.product
        : found?.kind;
    };
    expect(name('HTTP::BROWSER', 'Firefox')).toBe('Firefox');
    expect(name('SMTP::MAIL_CLIENT', 'Thunderbird')).toBe('Thunderbird');
    // What a user agent calls itself may be anybody's name.
    expect(name('HTTP::BROWSER', 'SvenssonxqBrowser')).toBe('skip');
    expect(name('HTTP::BROWSER_PLUGIN', 'Svenssonxq')).toBe('skip');
    expect(name('SMTP::MAIL_CLIENT', 'Svensson Mailer')).toBe('skip');
    expect(name('HTTP::SERVER', 'nginx')).toBe('nginx');
    const agent = { software_type: 'HTTP::BROWSER', name: 'Firefox' };
    expect(read('software', { ...agent, 'version.addl': 'Svenssonxq' })).toMatchObject({ version: '9.6' });
  });

  test('software tells the parts of its version that Zeek told apart', () => {
    expect(read('software', { 'version.major': '-' })).toMatchObject({ version: null });
    expect(read('software', { 'version.addl': 'Ubuntu' })).toMatchObject({ version: '9.6-Ubuntu' });
  });

  test('a host header that is an address names nothing', () => {
    for (const host of ['192.0.2.10', '192.0.2.10:80', '[2001:db8::1]:80', 'a b']) {
      expect(read('http', { host })).not.toHaveProperty('name');
    }
    expect(read('http', { method: 'CANARY', status_code: '999' })).toMatchObject({
      method: null,
      status: null,
    });
    expect(read('http', { method: 'CONNECT', proxied: '-' })).toMatchObject({ viaProxy: true });
    expect(read('http', { proxied: '-' })).toMatchObject({ viaProxy: false });
  });

  test('[DETECT-40] a request is further where its connection had one before', () => {
    expect(read('http', { trans_depth: '2' })).toMatchObject({ isFurther: true });
    for (const depth of ['1', '0', '-'])
      expect(read('http', { trans_depth: depth })).not.toHaveProperty('isFurther');
  });
});
