import { BlockList, isIPv4, isIPv6 } from 'node:net';
import type { GeneralName, NameConstraints } from '@peculiar/asn1-x509';
import { type DistinguishedName, distinguishedName, otherKind, type SubjectNames } from './names.ts';

/** `other …`: one that is not looked into, as `otherKind` calls it. */
type Kind = 'directory' | 'dns' | 'ip' | 'uri' | 'mail' | `other ${string}`;

interface Subtree {
  readonly kind: Kind;
  readonly holds: (name: string | DistinguishedName) => boolean;
}

type Use = 'permitted' | 'excluded';

/** What cannot be held against names: where it permits it permits none, where it excludes it excludes all. */
const UNREAD = { permitted: () => false, excluded: () => true };

/** Which names an authority may vouch for (RFC 5280 §4.2.1.10). */
export interface NameRule {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

export function nameRule({ permittedSubtrees, excludedSubtrees }: NameConstraints): NameRule {
  return {
    permitted: [...(permittedSubtrees ?? [])].map(({ base }) => subtree(base, 'permitted')),
    excluded: [...(excludedSubtrees ?? [])].map(({ base }) => subtree(base, 'excluded')),
  };
}

/** How often a name is held against a subtree, at most. */
export function nameWork(
  { directory, dns, ip, uri, mail, other }: SubjectNames,
  { permitted, excluded }: NameRule,
): number {
  const names = directory.length + dns.length + ip.length + uri.length + mail.length + other.length;
  return names * (permitted.length + excluded.length);
}

/**
 * A name of a kind that is constrained must lie in a permitted subtree of its kind, and in no excluded one. One that has
 * nothing to be held against a subtree, as a URI without a host, is not permitted under any (RFC 5280 §4.2.1.10).
 */
export function isPermitted(names: SubjectNames, { permitted, excluded }: NameRule): boolean {
  const all: readonly (readonly [Kind, string | DistinguishedName | null])[] = [
    ...names.directory.map((each) => ['directory', each] as const),
    ...names.dns.map((each) => ['dns', each] as const),
    ...names.ip.map((each) => ['ip', each] as const),
    ...names.uri.map((each) => ['uri', hostOf(each)] as const),
    ...names.mail.map((each) => ['mail', each.includes('@') ? each : null] as const),
    ...names.other.map((each) => [each, ''] as const),
  ];
  return all.every(([kind, name]) => {
    const isOut = excluded.some((each) => each.kind === kind && (name === null || each.holds(name)));
    if (isOut) return false;
    const own = permitted.filter((each) => each.kind === kind);
    return own.length === 0 || own.some((each) => name !== null && each.holds(name));
  });
}

/** `null` where it has none, or one that is no host's name. */
function hostOf(uri: string): string | null {
  const host = URL.parse(uri)?.hostname.toLowerCase().replace(/\.$/, '') ?? '';
  return /^[a-z0-9._-]+$/.test(host) && !isIPv4(host) ? host : null;
}

function subtree(base: GeneralName, use: Use): Subtree {
  const { dNSName, iPAddress, uniformResourceIdentifier, rfc822Name, directoryName } = base;
  if (dNSName !== undefined) return texts('dns', (name) => isDomainIn(name, dNSName.toLowerCase()));
  if (iPAddress !== undefined) return texts('ip', networkHolds(iPAddress) ?? UNREAD[use]);
  if (uniformResourceIdentifier !== undefined) {
    const wanted = uniformResourceIdentifier.toLowerCase();
    return texts('uri', wanted === '' ? UNREAD[use] : (host) => isHostOf(host, wanted));
  }
  if (rfc822Name !== undefined)
    return texts('mail', rfc822Name === '' ? UNREAD[use] : (mail) => isMailOf(mail, rfc822Name));
  if (directoryName !== undefined) {
    const start = distinguishedName(directoryName);
    return {
      kind: 'directory',
      holds: (name) => typeof name !== 'string' && start.every((each, index) => each === name[index]),
    };
  }
  return texts(otherKind(base), UNREAD[use]);
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

/** An address and how many bits of it count, as the mask of the extension is read: `10.0.0.0/8`; `null` for what is none. */
function networkHolds(written: string): ((address: string) => boolean) | null {
  const [address = '', bits = ''] = written.split('/');
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  try {
    list.addSubnet(address, Number.parseInt(bits, 10), family);
  } catch {
    return null;
  }
  return (each) => isIPv6(each) === (family === 'ipv6') && list.check(each, family);
}
