import { BlockList, isIPv6 } from 'node:net';
import type { GeneralName, NameConstraints } from '@peculiar/asn1-x509';
import { type DistinguishedName, distinguishedName, type SubjectNames } from './names.ts';

type Kind = 'directory' | 'dns' | 'ip' | 'uri' | 'mail' | 'other';

interface Subtree {
  readonly kind: Kind;
  readonly holds: (name: string | DistinguishedName) => boolean;
}

/** Which names an authority may vouch for (RFC 5280 §4.2.1.10). */
export interface NameRule {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

export function nameRule({ permittedSubtrees, excludedSubtrees }: NameConstraints): NameRule {
  return {
    permitted: [...(permittedSubtrees ?? [])].map(({ base }) => subtree(base)),
    excluded: [...(excludedSubtrees ?? [])].map(({ base }) => subtree(base)),
  };
}

/** How often a name is held against a subtree, at most. */
export function nameWork(
  { directory, dns, ip, uri, mail }: SubjectNames,
  { permitted, excluded }: NameRule,
): number {
  const names = directory.length + dns.length + ip.length + uri.length + mail.length + 1;
  return names * (permitted.length + excluded.length);
}

/** A name of a kind that is constrained must lie in a permitted subtree of its kind, and in no excluded one. */
export function isPermitted(names: SubjectNames, { permitted, excluded }: NameRule): boolean {
  const all: readonly (readonly [Kind, string | DistinguishedName])[] = [
    ...names.directory.map((each) => ['directory', each] as const),
    ...names.dns.map((each) => ['dns', each] as const),
    ...names.ip.map((each) => ['ip', each] as const),
    ...names.uri.map((each) => ['uri', URL.parse(each)?.hostname.toLowerCase() ?? ''] as const),
    ...names.mail.map((each) => ['mail', each] as const),
    ...(names.other ? [['other', ''] as const] : []),
  ];
  return all.every(([kind, name]) => {
    if (excluded.some((each) => each.kind === kind && each.holds(name))) return false;
    const own = permitted.filter((each) => each.kind === kind);
    return own.length === 0 || own.some((each) => each.holds(name));
  });
}

function subtree(base: GeneralName): Subtree {
  const { dNSName, iPAddress, uniformResourceIdentifier, rfc822Name, directoryName } = base;
  if (dNSName !== undefined) return texts('dns', (name) => isDomainIn(name, dNSName.toLowerCase()));
  if (iPAddress !== undefined) return texts('ip', networkHolds(iPAddress));
  if (uniformResourceIdentifier !== undefined) {
    const wanted = uniformResourceIdentifier.toLowerCase();
    return texts('uri', (host) => isHostOf(host, wanted));
  }
  if (rfc822Name !== undefined) return texts('mail', (mail) => isMailOf(mail, rfc822Name));
  if (directoryName !== undefined) {
    const start = distinguishedName(directoryName);
    return {
      kind: 'directory',
      holds: (name) => typeof name !== 'string' && start.every((each, index) => each === name[index]),
    };
  }
  // A kind that is not looked into: what is excluded of it excludes all, what is permitted permits nothing.
  return { kind: 'other', holds: () => false };
}

function texts(kind: Kind, holds: (name: string) => boolean): Subtree {
  return { kind, holds: (name) => typeof name === 'string' && holds(name) };
}

function isDomainIn(name: string, domain: string): boolean {
  if (domain === '') return true;
  if (domain.startsWith('.')) return name.endsWith(domain);
  return name === domain || name.endsWith(`.${domain}`);
}

/** A host is itself; a beginning with a dot is for the hosts below. */
function isHostOf(host: string, wanted: string): boolean {
  if (host === '') return false;
  return wanted.startsWith('.') ? host.endsWith(wanted) : host === wanted;
}

function isMailOf(mail: string, wanted: string): boolean {
  const at = mail.lastIndexOf('@');
  if (wanted.includes('@')) {
    const place = wanted.lastIndexOf('@');
    const isSameBox = mail.slice(0, at) === wanted.slice(0, place);
    return isSameBox && mail.slice(at).toLowerCase() === wanted.slice(place).toLowerCase();
  }
  return isHostOf(mail.slice(at + 1).toLowerCase(), wanted.toLowerCase());
}

/** An address and a mask, as the extension has them: `10.0.0.0/255.0.0.0`, or with the bits counted. */
function networkHolds(written: string): (address: string) => boolean {
  const [address = '', mask = ''] = written.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const bits = /^\d+$/.test(mask) ? Number(mask) : bitsOf(mask);
  const list = new BlockList();
  try {
    list.addSubnet(address, bits, family);
  } catch {
    return () => false;
  }
  return (each) => isIPv6(each) === (family === 'ipv6') && list.check(each, family);
}

function bitsOf(mask: string): number {
  const words = isIPv6(mask)
    ? mask.split(':').map((word) => Number.parseInt(word || '0', 16).toString(2))
    : mask.split('.').map((byte) => Number(byte).toString(2));
  return words.join('').replaceAll('0', '').length;
}
