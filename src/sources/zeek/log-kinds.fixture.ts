import type { Observation } from '../../model/index.ts';
import { FLOW } from './zeek-log.fixture.ts';

/** A full record of a log kind, with a canary in every field that must not enter, and all that may be made of it. */
export interface LogKindCase {
  readonly kind: string;
  readonly record: Readonly<Record<string, string>>;
  readonly made: Readonly<Record<string, unknown>> & { readonly kind: Observation['kind'] };
}

const ENDS = {
  from: { address: '10.1.2.3', port: 50123, local: null },
  to: { address: '192.0.2.10', port: 443, local: null },
};
const SHA256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const SHA1 = 'a94a8fe5ccb19ba61c4c0873d391e987982fbbd3';
const MD5 = '098f6bcd4621d373cade4e832627b4f6';
const HOST = 'ts=1767225600.123456 host=10.1.2.3';
/** Fields that packages and clusters add to any log. */
const WHERE =
  'remote_location.city=CANARY01 remote_location.latitude=48.1 _write_ts=1767225601.0 _node_name=CANARY02 label=CANARY03';

/** Fields written `name=value name=value`; a value may have spaces. */
function record(...parts: readonly (string | Readonly<Record<string, string>>)[]): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const part of parts) {
    if (typeof part !== 'string') Object.assign(fields, part);
    else {
      for (const field of part.split(/ (?=[\w.]+=)/)) {
        const equals = field.indexOf('=');
        fields[field.slice(0, equals)] = field.slice(equals + 1);
      }
    }
  }
  return fields;
}

export const LOG_KINDS: readonly LogKindCase[] = [
  {
    kind: 'conn',
    record: record(
      FLOW,
      'proto=tcp service=gssapi,SMB duration=61.900000 orig_bytes=812 resp_bytes=20480 conn_state=RSTO',
      'local_orig=T local_resp=F missed_bytes=0 history=CANARY10 orig_pkts=7 orig_ip_bytes=1100',
      'resp_pkts=20 resp_ip_bytes=21500 tunnel_parents=CANARY11 orig_l2_addr=00:1A:2b:3c:4d:5e',
      'resp_l2_addr=ff:ff:ff:ff:ff:ff vlan=12 community_id=1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
      WHERE,
    ),
    // The end of the flow: 1767225600.123456 s + 61.9 s.
    made: {
      kind: 'connection',
      time: 1767225662023,
      provenance: {
        site: 'hq',
        sensor: 'zeek-1',
        uid: 'CAbcdE1fGh2iJ3kLm4',
        communityId: '1:LQU9qZlK+B5F3KDmev6m5PMibrg=',
      },
      from: { address: '10.1.2.3', port: 50123, local: true },
      to: { address: '192.0.2.10', port: 443, local: false },
      protocol: 'tcp',
      service: 'gssapi,smb',
      durationMs: 61900,
      bytesOut: 812,
      bytesIn: 20480,
      outcome: 'established',
      fromMac: '00:1a:2b:3c:4d:5e',
    },
  },
  {
    kind: 'dns',
    record: record(
      FLOW,
      'proto=udp trans_id=4711 rtt=0.004 query=WWW.Example.COM. qclass=1 qclass_name=C_INTERNET qtype=1',
      'qtype_name=A rcode=0 rcode_name=NOERROR AA=F TC=F RD=T RA=T Z=0',
      'answers=CANARY20.example,198.51.100.7,TXT 8 CANARY21,2001:DB8::7 TTLs=60.0,60.0,60.0,60.0',
      'rejected=F',
    ),
    made: {
      kind: 'dns',
      ...ENDS,
      query: 'www.example.com',
      queryType: 'A',
      outcome: 'answered',
      addresses: ['198.51.100.7', '2001:db8::7'],
      answerCount: 4,
    },
  },
  {
    kind: 'ssl',
    record: record(
      FLOW,
      'version=TLSv12 cipher=CANARY30 curve=CANARY31 server_name=api.example.com resumed=F',
      'last_alert=CANARY32 next_protocol=CANARY33 established=T ssl_history=CANARY34',
      `cert_chain_fps=${SHA256},CANARY35`,
      'client_cert_chain_fps=(empty) sni_matches_cert=T subject=CN=CANARY36 issuer=CN=CANARY37',
      'client_subject=CN=CANARY38 client_issuer=CN=CANARY39',
      'validation_status=unable to get local issuer certificate ja3=CANARY3A ja3s=CANARY3B',
    ),
    made: {
      kind: 'tls',
      ...ENDS,
      name: 'api.example.com',
      version: 'TLSv12',
      established: true,
      certificate: SHA256,
      clientCertificate: null,
      validation: 'untrusted',
    },
  },
  {
    kind: 'x509',
    record: record(
      'ts=1767225600.123456',
      `fingerprint=${SHA256}`,
      'certificate.version=3 certificate.serial=CANARY40 certificate.subject=CN=api.example.com',
      'certificate.issuer=CN=Example CA certificate.not_valid_before=1735689600.0',
      'certificate.not_valid_after=4102444800.0 certificate.key_alg=rsaEncryption',
      'certificate.sig_alg=sha1WithRSAEncryption certificate.key_type=rsa certificate.key_length=1024',
      'certificate.exponent=65537 certificate.curve=CANARY41 san.dns=CANARY42 san.uri=CANARY43',
      'san.email=CANARY44 san.ip=10.9.9.9 basic_constraints.ca=F basic_constraints.path_len=-',
      'host_cert=T',
    ),
    made: {
      kind: 'certificate',
      keys: [SHA256],
      subject: 'CN=api.example.com',
      issuer: 'CN=Example CA',
      selfIssued: false,
      notBefore: 1735689600000,
      notAfter: 4102444800000,
      keyType: 'rsa',
      keyBits: 1024,
      weakSignature: true,
      isAuthority: false,
    },
  },
  {
    kind: 'http',
    record: record(
      FLOW,
      'trans_depth=1 method=POST host=Shop.Example.com:8080 uri=/CANARY50 referrer=http://CANARY51',
      'version=1.1 user_agent=CANARY52 origin=CANARY53 request_body_len=120 response_body_len=9',
      'status_code=403 status_msg=CANARY54 info_code=100 info_msg=CANARY55 tags=(empty)',
      'username=CANARY56 password=CANARY57 proxied=X-FORWARDED-FOR -> CANARY58 filename=CANARY5E',
      'orig_fuids=CANARY59 orig_filenames=CANARY5A resp_fuids=CANARY5B resp_filenames=CANARY5C',
      'orig_mime_types=text/plain resp_mime_types=text/html cookie_vars=CANARY5D',
    ),
    made: {
      kind: 'http',
      ...ENDS,
      name: 'shop.example.com',
      method: 'POST',
      status: 403,
      bytesOut: 120,
      bytesIn: 9,
      viaProxy: true,
    },
  },
  {
    kind: 'files',
    record: record(
      'ts=1767225600.123456 fuid=FabcDE1fGh2iJ3 tx_hosts=192.0.2.10 rx_hosts=10.1.2.3',
      'conn_uids=CAbcdE1fGh2iJ3kLm4 source=HTTP depth=0 analyzers=SHA1,CANARY60',
      'mime_type=application/x-dosexec filename=CANARY61.exe duration=0.1 local_orig=F is_orig=F',
      'seen_bytes=4000 total_bytes=4096 missing_bytes=0 timedout=F parent_fuid=CANARY62',
      `md5=${MD5} sha1=${SHA1}`,
      `sha256=${SHA256.toUpperCase()} extracted=CANARY63`,
      'extracted_cutoff=F',
    ),
    made: {
      kind: 'file',
      from: { address: '192.0.2.10', port: null, local: null },
      to: { address: '10.1.2.3', port: null, local: null },
      sha256: SHA256,
      sha1: SHA1,
      md5: MD5,
      sizeBytes: 4096,
      mimeClass: 'executable',
    },
  },
  {
    kind: 'dhcp',
    record: record(
      'ts=1767225600.123456 uids=CAbcdE1fGh2iJ3kLm4 client_addr=10.1.2.3 server_addr=10.1.2.1',
      'mac=02:1a:2b:3c:4d:5e host_name=badge-reader-7 client_fqdn=- domain=CANARY70',
      'requested_addr=10.9.9.9 assigned_addr=10.1.2.3 lease_time=3600.0 client_message=CANARY71',
      'server_message=CANARY72 msg_types=DISCOVER,OFFER,REQUEST,ACK duration=0.2',
      'client_software=CANARY73',
    ),
    made: {
      kind: 'lease',
      address: '10.1.2.3',
      mac: '02:1a:2b:3c:4d:5e',
      hostName: 'badge-reader-7',
      leaseMs: 3600000,
    },
  },
  {
    kind: 'ssh',
    record: record(
      FLOW,
      'version=2 auth_success=F auth_attempts=6 direction=INBOUND client=CANARY80 server=CANARY81',
      'cipher_alg=CANARY82 mac_alg=CANARY83 kex_alg=CANARY84 host_key=CANARY85',
      WHERE,
    ),
    made: {
      kind: 'authentication',
      ...ENDS,
      service: 'ssh',
      account: null,
      outcome: 'failure',
      attempts: 6,
      mfa: null,
    },
  },
  {
    kind: 'kerberos',
    record: record(
      FLOW,
      'request_type=AS client=alice/CORP.EXAMPLE service=krbtgt/CANARY90 success=F',
      'error_msg=KDC_ERR_PREAUTH_FAILED from=- till=1767230000.0 cipher=CANARY91 forwardable=T',
      'client_cert_subject=CANARY92 server_cert_subject=CANARY93 client_cert_fuid=CANARY94',
    ),
    made: {
      kind: 'authentication',
      ...ENDS,
      service: 'kerberos',
      account: 'alice@CORP.EXAMPLE',
      outcome: 'failure',
      attempts: null,
      mfa: null,
    },
  },
  {
    kind: 'ntlm',
    record: record(
      FLOW,
      'username=alice hostname=CANARYA0 domainname=CORP server_nb_computer_name=CANARYA1',
      'server_dns_computer_name=CANARYA2 server_tree_name=CANARYA3 success=T',
    ),
    made: {
      kind: 'authentication',
      ...ENDS,
      service: 'ntlm',
      account: 'CORP\\alice',
      outcome: 'success',
      attempts: null,
      mfa: null,
    },
  },
  {
    kind: 'rdp',
    record: record(
      FLOW,
      'cookie=CANARYB0 result=CANARYB1 security_protocol=HYBRID client_channels=CANARYB2',
      'keyboard_layout=CANARYB3 client_build=CANARYB4 client_name=CANARYB5',
      'client_dig_product_id=CANARYB6',
    ),
    made: { kind: 'remote_service', ...ENDS, service: 'rdp', operation: 'HYBRID' },
  },
  {
    kind: 'smb_mapping',
    record: record(
      FLOW,
      'path=\\\\\\\\CANARYC0\\\\ADMIN$ service=CANARYC1 native_file_system=CANARYC2 share_type=DISK',
    ),
    made: { kind: 'remote_service', ...ENDS, service: 'smb', operation: 'admin_share' },
  },
  {
    kind: 'dce_rpc',
    record: record(FLOW, 'rtt=0.1 named_pipe=\\\\pipe\\\\CANARYD0 endpoint=svcctl operation=CreateServiceW'),
    made: { kind: 'remote_service', ...ENDS, service: 'dce_rpc', operation: 'svcctl::CreateServiceW' },
  },
  {
    kind: 'ftp',
    record: record(
      FLOW,
      'user=CANARYE0 password=CANARYE1 command=RETR arg=ftp://CANARYE2 mime_type=text/plain',
      'file_size=10 reply_code=226 reply_msg=CANARYE3 data_channel.resp_h=192.0.2.10 fuid=CANARYE4',
    ),
    made: { kind: 'remote_service', ...ENDS, service: 'ftp', operation: 'RETR' },
  },
  {
    kind: 'smtp',
    record: record(
      FLOW,
      'trans_depth=1 helo=CANARYF0 mailfrom=CANARYF1@x rcptto=CANARYF2@x date=CANARYF3 from=CANARYF4',
      'to=CANARYF5 cc=CANARYF6 reply_to=CANARYF7 msg_id=CANARYF8 subject=CANARYF9',
      'x_originating_ip=10.9.9.9 first_received=CANARYFA last_reply=CANARYFB path=10.9.9.9',
      'user_agent=CANARYFC tls=T fuids=CANARYFD',
    ),
    made: { kind: 'remote_service', ...ENDS, service: 'smtp', operation: 'STARTTLS' },
  },
  {
    kind: 'sip',
    record: record(
      FLOW,
      'trans_depth=0 method=REGISTER uri=sip:CANARYG0 request_from=CANARYG1 request_to=CANARYG2',
      'response_from=CANARYG3 reply_to=CANARYG4 call_id=CANARYG5 seq=1 REGISTER subject=CANARYG6',
      'request_path=CANARYG7 user_agent=CANARYG8 status_code=401 status_msg=CANARYG9 warning=CANARYGA',
    ),
    made: { kind: 'remote_service', ...ENDS, service: 'sip', operation: 'REGISTER' },
  },
  {
    kind: 'tunnel',
    record: record(FLOW, 'id.orig_p=0 id.resp_p=0 tunnel_type=Tunnel::GRE action=Tunnel::DISCOVER'),
    made: {
      kind: 'remote_service',
      from: { address: '10.1.2.3', port: null, local: null },
      to: { address: '192.0.2.10', port: null, local: null },
      service: 'tunnel',
      operation: 'gre',
    },
  },
  {
    kind: 'software',
    record: record(
      HOST,
      'host_p=22 software_type=SSH::SERVER name=OpenSSH version.major=9 version.minor=6',
      'version.minor2=- version.minor3=- version.addl=p1 unparsed_version=CANARYH0 url=CANARYH1',
    ),
    made: {
      kind: 'software',
      host: { address: '10.1.2.3', port: 22, local: null },
      role: 'ssh_server',
      product: 'OpenSSH',
      version: '9.6p1',
    },
  },
  {
    kind: 'known_hosts',
    record: record(HOST, 'label=CANARYI0'),
    made: { kind: 'host', host: { address: '10.1.2.3', port: null, local: null } },
  },
  {
    kind: 'known_services',
    record: record(HOST, 'port_num=8443 port_proto=tcp service=HTTP,SSL,CANARY J0'),
    made: {
      kind: 'service',
      host: { address: '10.1.2.3', port: 8443, local: null },
      protocol: 'tcp',
      services: ['http', 'ssl'],
    },
  },
  {
    kind: 'known_certs',
    record: record(HOST, 'port_num=443 subject=CANARYK0 issuer_subject=CANARYK1 serial=CANARYK2'),
    made: {
      kind: 'service',
      host: { address: '10.1.2.3', port: 443, local: null },
      protocol: 'tcp',
      services: ['ssl'],
    },
  },
  {
    kind: 'notice',
    record: record(
      FLOW,
      'fuid=CANARYL0 file_mime_type=CANARYL1 file_desc=CANARYL2 proto=tcp note=SSH::Password_Guessing',
      'msg=CANARYL3 sub=CANARYL4 src=10.1.2.3 dst=192.0.2.10 p=443 n=30 peer_descr=CANARYL5',
      'actions=Notice::ACTION_LOG email_dest=CANARYL6 suppress_for=3600.0 dropped=F',
      WHERE,
    ),
    made: {
      kind: 'finding',
      ...ENDS,
      rule: 'SSH::Password_Guessing',
      severity: null,
      outcome: 'unknown',
      policy: null,
    },
  },
];
