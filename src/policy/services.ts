import { type Protocol, PROTOCOLS } from '../model/index.ts';

/** A protocol and the ports of it, both ends included; `null`: the protocol as a whole. */
export interface Service {
  readonly protocol: Protocol;
  readonly ports: readonly [first: number, last: number] | null;
}

/** What administrators call services, as IANA assigns them (and `dns`, `rdp`, `winrm`, `mqtt` as everybody says). */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  ftp: ['tcp/21'],
  ssh: ['tcp/22'],
  telnet: ['tcp/23'],
  smtp: ['tcp/25'],
  dns: ['tcp/53', 'udp/53'],
  dhcp: ['udp/67-68'],
  http: ['tcp/80'],
  kerberos: ['tcp/88', 'udp/88'],
  pop3: ['tcp/110'],
  ntp: ['udp/123'],
  imap: ['tcp/143'],
  snmp: ['udp/161-162'],
  ldap: ['tcp/389', 'udp/389'],
  https: ['tcp/443', 'udp/443'],
  smb: ['tcp/445'],
  syslog: ['tcp/514', 'udp/514'],
  ipp: ['tcp/631'],
  ldaps: ['tcp/636'],
  rtsp: ['tcp/554', 'udp/554'],
  imaps: ['tcp/993'],
  mqtt: ['tcp/1883', 'tcp/8883'],
  rdp: ['tcp/3389', 'udp/3389'],
  winrm: ['tcp/5985-5986'],
};
export const SERVICE_NAMES = Object.keys(NAMED);

/** What a word in a policy file means, in canonical form; `null` where it means nothing. */
export function servicesNamed(word: string): readonly string[] | null {
  const lower = word.toLowerCase();
  if (Object.hasOwn(NAMED, lower)) return NAMED[lower] ?? null;
  const service = parseService(lower);
  return service === null ? null : [formatService(service)];
}

/** Reads the canonical form, and what comes to the same. */
export function parseService(text: string): Service | null {
  const [, name, first, last] = /^([a-z]+)(?:\/(\d{1,5})(?:-(\d{1,5}))?)?$/.exec(text) ?? [];
  const protocol = PROTOCOLS.find((each) => each === name);
  if (protocol === undefined) return null;
  if (first === undefined) return { protocol, ports: null };
  if (protocol === 'icmp') return null;
  const ports: [number, number] = [Number(first), Number(last ?? first)];
  return ports[0] > ports[1] || ports[1] > 65_535 ? null : { protocol, ports };
}

function formatService({ protocol, ports }: Service): string {
  if (ports === null) return protocol;
  const [first, last] = ports;
  return first === last ? `${protocol}/${first}` : `${protocol}/${first}-${last}`;
}
