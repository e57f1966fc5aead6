import { type Address, LIMITS, parseAddress, type Protocol } from '../model/index.ts';

/**
 * Values from the wire, checked against what their field may hold. Each gives the canonical form or
 * `null`; text that does not fit its field never goes on.
 */

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * A DNS name (RFC 1035 §2.3.4 lengths; letters, digits, hyphen, underscore) in lower case without the
 * final dot. `null` for an address, and for whatever else a query may carry.
 */
export function dnsName(text: string | null): string | null {
  if (text === null || text.length > 254) return null;
  const name = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  if (name === '' || name.length > 253 || parseAddress(name) !== null) return null;
  return name.split('.').every((label) => LABEL.test(label)) ? name : null;
}

/** What stands before the domain has to be this long to be taken whatever its characters are: nobody types that. */
const DATA_CHARACTERS = 40;

/**
 * A name in a DNS question. Beside host names also what carries data: long labels of any bytes (as sensors write them,
 * `\\xNN`) below two plain ones, as tunnels make them. They go on to be sealed, and are never revealed.
 */
export function queriedName(text: string | null): string | null {
  const name = dnsName(text);
  if (name !== null || text === null || text.length > 4 * 254) return name;
  const bytes = text.replaceAll(/\\x([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const labels = bytes.toLowerCase().replace(/\.$/, '').split('.');
  const isPlainBelow = labels.length > 2 && labels.slice(-2).every((label) => LABEL.test(label));
  const isData = bytes.length <= 254 && labels.slice(0, -2).join('').length >= DATA_CHARACTERS;
  return isPlainBelow && isData && !labels.includes('') ? labels.join('.') : null;
}

/** The name in an HTTP `Host` header or a URL's authority, without its port. */
export function hostName(authority: string | null): string | null {
  if (authority === null || authority.startsWith('[')) return null;
  const colon = authority.indexOf(':');
  return dnsName(colon < 0 ? authority : authority.slice(0, colon));
}

/** Multicast DNS, LLMNR, NetBIOS names: their queries are for the names of persons' machines, not of destinations. */
const MACHINE_NAME_PORTS: ReadonlySet<number> = new Set([137, 5353, 5355]);

export function asksForMachines(...ports: readonly (number | null)[]): boolean {
  return ports.some((port) => port !== null && MACHINE_NAME_PORTS.has(port));
}

/** A unicast MAC address as `aa:bb:cc:dd:ee:ff`; group addresses and all zeros are nobody's. */
export function macAddress(text: string | null): string | null {
  if (text === null || !/^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}$/i.test(text)) return null;
  const mac = text.toLowerCase().replaceAll('-', ':');
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  return isGroup || mac === '00:00:00:00:00:00' ? null : mac;
}

/** A host's own address; `null` for `0.0.0.0` and `::`, which say that it has none yet. */
export function hostAddress(text: string | null): Address | null {
  const address = text === null ? null : parseAddress(text);
  return address === '0.0.0.0' || address === '::' ? null : address;
}

/** A word of a tool's own vocabulary, in lower case: `gssapi,smb,krb`, `quic`. */
export function identifier(text: string | null): string | null {
  if (text === null || text.length > LIMITS.identifierChars) return null;
  const word = text.toLowerCase();
  return /^[a-z0-9_.,-]+$/.test(word) ? word : null;
}

/** A digest of `bits` in lower-case hex digits. */
export function digest(text: string | null, bits: 128 | 160 | 256): string | null {
  return text !== null && text.length === bits / 4 && /^[0-9a-f]+$/i.test(text) ? text.toLowerCase() : null;
}

/** The sensor's own id of a connection or a file. */
export function sensorId(text: string | null): string | null {
  return text !== null && /^[A-Za-z0-9_-]{1,64}$/.test(text) ? text : null;
}

/** Community ID v1: `1:` and the base 64 of a SHA-1 digest. */
export function communityId(text: string | null): string | null {
  return text !== null && /^1:[A-Za-z0-9+/]{27}=$/.test(text) ? text : null;
}

export function protocol(text: string | null): Protocol {
  const name = text?.toLowerCase();
  if (name === 'tcp' || name === 'udp') return name;
  return name === 'icmp' || name === 'icmp6' || name === 'ipv6-icmp' ? 'icmp' : 'other';
}

/** The IANA registry of HTTP methods; a method that is not in it is a client's free text. */
const HTTP_METHODS: ReadonlySet<string> = new Set(
  (
    'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE ' +
    'MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI ' +
    'PROPFIND PROPPATCH PUT REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE ' +
    'UPDATEREDIRECTREF VERSION-CONTROL'
  ).split(' '),
);

export function httpMethod(text: string | null): string | null {
  return text !== null && HTTP_METHODS.has(text) ? text : null;
}

/** A status code as of RFC 9110 §15; others are no HTTP. */
export function httpStatus(code: number | null): number | null {
  return code !== null && code >= 100 && code <= 599 ? code : null;
}

const TLS_VERSIONS: ReadonlyMap<string, string> = new Map(
  ['SSLv2', 'SSLv3', 'TLSv10', 'TLSv11', 'TLSv12', 'TLSv13', 'DTLSv10', 'DTLSv12', 'DTLSv13'].map((name) => [
    name.toLowerCase().replace('.', ''),
    name,
  ]),
);

/** `TLSv12`, `DTLSv12`, `SSLv3`, … (Zeek's spelling), also from `TLS 1.2` and `TLSv1.2`. */
export function tlsVersion(text: string | null): string | null {
  if (text === null) return null;
  const key = text
    .toLowerCase()
    .replaceAll(/[ .]/g, '')
    .replace(/^(d?tls)(\d)/, '$1v$2')
    .replace(/v1$/, 'v10');
  return TLS_VERSIONS.get(key) ?? null;
}

/** `A`, `AAAA`, `TXT`, …; `*` is `ANY`; a number that has no name is `TYPE123` (RFC 3597 §5). */
export function queryType(name: string | null, code: number | null): string | null {
  if (name === '*' || code === 255) return 'ANY';
  if (name !== null && /^[A-Za-z][A-Za-z0-9]{0,15}$/.test(name)) return name.toUpperCase();
  return code !== null && code <= 65_535 ? `TYPE${code}` : null;
}
