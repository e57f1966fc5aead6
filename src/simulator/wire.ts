import { DAY, type Micros, MINUTE } from './calendar.ts';
import { communityId } from './community-id.ts';
import type { Device, Server, ServerCertificate } from './device.ts';
import type { Logbook } from './logbook.ts';
import { NT_DOMAIN, REALM } from './people.ts';
import type { Random } from './random.ts';
import type { Service } from './services.ts';

/** Whoever has an address. */
export type Party = Pick<Device, 'address'>;

/** What a connection is like. */
export interface Shape {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** As Zeek's analysers name it; `null` for what they do not know. */
  readonly service: string | null;
  readonly duration: Micros;
  /** Payload bytes of the client and of the server. */
  readonly sent: number;
  readonly received: number;
  /** Zeek's `conn_state`; `S0`: no answer, `REJ`: refused. */
  readonly state?: 'SF' | 'S0' | 'REJ' | 'RSTO';
  /** The client's port, where another sensor sees the same connection; any unless given. */
  readonly from?: number;
}

export interface Exchange {
  readonly sent: number;
  readonly received: number;
  readonly duration: Micros;
}

const HISTORIES = { SF: 'ShADadFf', S0: 'S', REJ: 'Sr', RSTO: 'ShADadR' } as const;
const UID_DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const UID_RUN = 62 ** 5;

/**
 * The wire with a Zeek sensor on it: what actors do becomes the lines which Zeek would write
 * (`@load policy/tuning/json-logs`, with the Community ID package).
 */
export class Wire {
  readonly #log: Logbook;
  readonly #random: Random;
  /** Fingerprint → when its certificate was last logged. */
  readonly #certificatesLogged = new Map<string, Micros>();

  constructor(log: Logbook, random: Random) {
    this.#log = log;
    this.#random = random;
  }

  /** A connection, logged when it ends; gives what the logs of its protocol begin with. */
  connect(at: Micros, from: Party, to: Party, shape: Shape): string {
    const { protocol, port, service, duration, sent, received, state = 'SF' } = shape;
    const source = shape.from ?? this.ephemeralPort();
    const uid = this.#uid('C');
    const id = `"uid":"${uid}","id.orig_h":"${from.address}","id.orig_p":${source},"id.resp_h":"${to.address}","id.resp_p":${port}`;
    const answered = state !== 'S0' && state !== 'REJ';
    const size = answered
      ? `,"duration":${seconds(duration)},"orig_bytes":${sent},"resp_bytes":${received}`
      : '';
    const packetsOut = answered
      ? 3 + Math.ceil(sent / 1_400) + Math.ceil(received / 2_800)
      : state === 'S0'
        ? 3
        : 1;
    const packetsIn = answered ? 3 + Math.ceil(received / 1_400) : state === 'S0' ? 0 : 1;
    const header = protocol === 'tcp' ? 52 : 28;
    const [out, back] = protocol === 'tcp' ? [packetsOut, packetsIn] : [1, answered ? 1 : 0];
    this.#log.write(
      'conn.log',
      answered ? at + duration : at,
      `{"ts":${seconds(at)},${id},"proto":"${protocol}"${service === null ? '' : `,"service":"${service}"`}${size},` +
        `"conn_state":"${state}","local_orig":${isLocal(from.address)},"local_resp":${isLocal(to.address)},` +
        `"missed_bytes":0,"history":"${protocol === 'tcp' ? HISTORIES[state] : answered ? 'Dd' : 'D'}",` +
        `"orig_pkts":${out},"orig_ip_bytes":${out * header + (answered ? sent : 0)},` +
        `"resp_pkts":${back},"resp_ip_bytes":${back * header + (answered ? received : 0)},` +
        `"community_id":"${communityId(protocol, from.address, source, to.address, port)}"}`,
    );
    return id;
  }

  /** What an operating system gives a client (IANA's dynamic ports, RFC 6335 §6). */
  ephemeralPort(): number {
    return this.#random.between(49_152, 65_535);
  }

  /** A plain connection of a protocol about which Zeek writes nothing more. */
  talk(at: Micros, from: Party, to: Party, port: number, service: string | null, exchange: Exchange): void {
    this.connect(at, from, to, { protocol: 'tcp', port, service, ...exchange });
  }

  datagrams(
    at: Micros,
    from: Party,
    to: Party,
    port: number,
    service: string | null,
    sent: number,
    received: number,
  ): void {
    const duration = received > 0 ? this.#random.between(800, 30_000) : 0;
    this.connect(at, from, to, { protocol: 'udp', port, service, duration, sent, received });
  }

  /** Asks a resolver for a name's address. */
  lookUp(at: Micros, from: Party, resolver: Party, { name, address }: Service): void {
    const duration = this.#random.between(400, 28_000);
    const sent = name.length + 18;
    const id = this.connect(at, from, resolver, {
      protocol: 'udp',
      port: 53,
      service: 'dns',
      duration,
      sent,
      received: sent + 16,
    });
    this.#log.write(
      'dns.log',
      at,
      `{"ts":${seconds(at)},${id},"proto":"udp","trans_id":${this.#random.int(65_536)},"rtt":${seconds(duration)},` +
        `"query":"${name}","qclass":1,"qclass_name":"C_INTERNET","qtype":1,"qtype_name":"A","rcode":0,"rcode_name":"NOERROR",` +
        `"AA":false,"TC":false,"RD":true,"RA":true,"Z":0,"answers":["${address}"],"TTLs":[300.0],"rejected":false}`,
    );
  }

  /** A TLS session with a service on the Internet (TLS 1.3: its certificate is encrypted). */
  browse(at: Micros, from: Party, to: Service, exchange: Exchange): void {
    const id = this.connect(at, from, to, { protocol: 'tcp', port: 443, service: 'ssl', ...exchange });
    this.#log.write(
      'ssl.log',
      at + 9_000,
      `{"ts":${seconds(at + 9_000)},${id},"version":"TLSv13","cipher":"TLS_AES_128_GCM_SHA256","curve":"x25519",` +
        `"server_name":"${to.name}","resumed":false,"established":true,"ssl_history":"CsiI"}`,
    );
  }

  /** A TLS session with one of our own servers, which shows its certificate. */
  call(at: Micros, from: Party, to: Server, exchange: Exchange): void {
    const { certificate } = to;
    const id = this.connect(at, from, to, { protocol: 'tcp', port: 443, service: 'ssl', ...exchange });
    const shown = at + 9_000;
    this.#log.write(
      'ssl.log',
      shown,
      `{"ts":${seconds(shown)},${id},"version":"TLSv12","cipher":"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384","curve":"x25519",` +
        `"server_name":"${certificate.name}","resumed":false,"established":true,"ssl_history":"CsxknGIi",` +
        `"cert_chain_fps":["${certificate.fingerprint}"],"client_cert_chain_fps":[],"sni_matches_cert":true,"validation_status":"ok"}`,
    );
    this.#showCertificate(shown, certificate);
  }

  /** Plain HTTP, as the update service inside speaks it. */
  download(at: Micros, from: Party, to: Party, host: string, port: number, bytes: number): void {
    const duration = Math.round(bytes / 20) + 40_000;
    const id = this.connect(at, from, to, {
      protocol: 'tcp',
      port,
      service: 'http',
      duration,
      sent: 420,
      received: bytes + 300,
    });
    const asked = at + 3_000;
    this.#log.write(
      'http.log',
      asked,
      `{"ts":${seconds(asked)},${id},"trans_depth":1,"method":"GET","host":"${host}","uri":"/content/${this.#random.hex(8)}.cab",` +
        `"version":"1.1","user_agent":"Windows-Update-Agent/10.0","request_body_len":0,"response_body_len":${bytes},` +
        `"status_code":200,"status_msg":"OK","tags":[]}`,
    );
  }

  /** A Kerberos exchange with a domain controller; without `service`, the sign-in itself. */
  kerberos(
    at: Micros,
    from: Party,
    controller: Party,
    account: string,
    service: string | null,
    success = true,
  ): void {
    const duration = this.#random.between(900, 9_000);
    const exchange = { sent: 1_480, received: success ? 1_560 : 190 };
    const id = this.connect(at, from, controller, {
      protocol: 'tcp',
      port: 88,
      service: 'krb_tcp',
      duration,
      ...exchange,
    });
    const till = success
      ? `,"till":${seconds(at + DAY / 2)},"cipher":"aes256-cts-hmac-sha1-96"`
      : ',"error_msg":"KDC_ERR_PREAUTH_FAILED"';
    this.#log.write(
      'kerberos.log',
      at,
      `{"ts":${seconds(at)},${id},"request_type":"${service === null ? 'AS' : 'TGS'}","client":"${account}/${REALM}",` +
        `"service":"${service ?? 'krbtgt'}/${service === null ? REALM : 'acmecorp.com'}","success":${success}${till},"forwardable":true,"renewable":true}`,
    );
  }

  ntlm(at: Micros, id: string, account: string, hostName: string, success: boolean): void {
    this.#log.write(
      'ntlm.log',
      at,
      `{"ts":${seconds(at)},${id},"username":"${account}","hostname":"${hostName}","domainname":"${NT_DOMAIN}","success":${success}}`,
    );
  }

  ssh(at: Micros, from: Party, to: Party, exchange: Exchange): void {
    const id = this.connect(at, from, to, { protocol: 'tcp', port: 22, service: 'ssh', ...exchange });
    this.#log.write(
      'ssh.log',
      at + 20_000,
      `{"ts":${seconds(at + 20_000)},${id},"version":2,"auth_success":true,"auth_attempts":1,"client":"SSH-2.0-OpenSSH_9.6",` +
        `"server":"SSH-2.0-OpenSSH_9.6","cipher_alg":"chacha20-poly1305@openssh.com","host_key_alg":"ssh-ed25519"}`,
    );
  }

  /** A lease, asked for and acknowledged. */
  lease(
    at: Micros,
    server: Party,
    mac: string,
    hostName: string | null,
    address: string,
    duration: Micros,
  ): void {
    const name = hostName === null ? '' : `"host_name":"${hostName}",`;
    this.#log.write(
      'dhcp.log',
      at,
      `{"ts":${seconds(at)},"uids":["${this.#uid('C')}"],"client_addr":"${address}","server_addr":"${server.address}","mac":"${mac}",` +
        `${name}"requested_addr":"${address}","assigned_addr":"${address}","lease_time":${seconds(duration)},` +
        `"msg_types":["REQUEST","ACK"],"duration":0.001240}`,
    );
  }

  software(
    at: Micros,
    host: Party,
    port: number | null,
    type: string,
    name: string,
    version: readonly [number, number],
  ): void {
    const portField = port === null ? '' : `"host_p":${port},`;
    this.#log.write(
      'software.log',
      at,
      `{"ts":${seconds(at)},"host":"${host.address}",${portField}"software_type":"${type}","name":"${name}",` +
        `"version.major":${version[0]},"version.minor":${version[1]},"unparsed_version":"${name}/${version.join('.')}"}`,
    );
  }

  knownService(at: Micros, host: Party, port: number, service: string): void {
    this.#log.write(
      'known_services.log',
      at,
      `{"ts":${seconds(at)},"host":"${host.address}","port_num":${port},"port_proto":"tcp","service":["${service}"]}`,
    );
  }

  /** Zeek logs a certificate once a day (`X509::relog_known_certificates_after`). */
  #showCertificate(at: Micros, { fingerprint, serial, name, notBefore, notAfter }: ServerCertificate): void {
    const last = this.#certificatesLogged.get(fingerprint);
    if (last !== undefined && at - last < DAY) return;
    this.#certificatesLogged.set(fingerprint, at);
    this.#log.write(
      'x509.log',
      at,
      `{"ts":${seconds(at)},"fingerprint":"${fingerprint}","certificate.version":3,"certificate.serial":"${serial}",` +
        `"certificate.subject":"CN=${name},O=Acme Corp,C=DE","certificate.issuer":"CN=Acme Corp Issuing CA 2,O=Acme Corp,C=DE",` +
        `"certificate.not_valid_before":${seconds(notBefore)},"certificate.not_valid_after":${seconds(notAfter)},` +
        `"certificate.key_alg":"rsaEncryption","certificate.sig_alg":"sha256WithRSAEncryption","certificate.key_type":"rsa",` +
        `"certificate.key_length":2048,"certificate.exponent":"65537","san.dns":["${name}"],"basic_constraints.ca":false,` +
        `"host_cert":true,"client_cert":false}`,
    );
  }

  /** Zeek's form: a letter and 17 digits to the base 62. */
  #uid(letter: string): string {
    let uid = letter;
    while (uid.length < 18) {
      let run = this.#random.int(UID_RUN);
      for (let i = 0; i < 5; i++) {
        uid += UID_DIGITS.charAt(run % 62);
        run = Math.floor(run / 62);
      }
    }
    return uid.slice(0, 18);
  }
}

/** Long enough for what people do at a screen. */
export function sitting(random: Random, sent: number, received: number): Exchange {
  return {
    sent: random.skewed(sent, 2),
    received: random.skewed(received, 3),
    duration: Math.min(random.skewed(20_000_000, 3), 25 * MINUTE),
  };
}

/** Microseconds as the seconds with six decimals that Zeek writes. */
function seconds(at: Micros): string {
  const whole = Math.floor(at / 1_000_000);
  return `${whole}.${String(at - whole * 1_000_000).padStart(6, '0')}`;
}

function isLocal(address: string): boolean {
  return address.startsWith('10.');
}
