import { isIP } from 'node:net';
import type { GeneralName, Name } from '@peculiar/asn1-x509';

const COMMON_NAME = '2.5.4.3';
const EMAIL = '1.2.840.113549.1.9.1';

/** A name as RFC 5280 §7.1 compares it: without case, with single blanks; one text for each relative name. */
export type DistinguishedName = readonly string[];

export function distinguishedName(name: Name): DistinguishedName {
  return [...name].map((relative) =>
    [...relative]
      .map(({ type, value }) => {
        const text =
          value.anyValue === undefined ? value.toString() : Buffer.from(value.anyValue).toString('hex');
        return `${type}=${text.trim().replace(/\s+/g, ' ').toLowerCase()}`;
      })
      .sort()
      .join('+'),
  );
}

export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}

export function commonNames(name: Name): readonly string[] {
  return attributes(name, COMMON_NAME);
}

export function attributes(name: Name, type: string): string[] {
  return [...name]
    .flatMap((relative) => [...relative])
    .filter((each) => each.type === type)
    .map(({ value }) => value.toString());
}

const LOOKED_INTO = [
  'directoryName',
  'dNSName',
  'iPAddress',
  'uniformResourceIdentifier',
  'rfc822Name',
] as const;

type OtherKind = `other ${string}`;

/** The names that a certificate is for, by kind. */
export interface SubjectNames {
  readonly directory: readonly DistinguishedName[];
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
  readonly mail: readonly string[];
  /** Kinds that are not looked into, of which it has a name. */
  readonly other: readonly OtherKind[];
}

export function subjectNames(subject: Name, alternatives: readonly GeneralName[]): SubjectNames {
  const given = <T>(of: (name: GeneralName) => T | undefined) =>
    alternatives.map(of).filter((each): each is T & NonNullable<unknown> => each !== undefined);
  const dns = given(({ dNSName }) => dNSName?.toLowerCase());
  const ip = given(({ iPAddress }) => iPAddress);
  const mail = given(({ rfc822Name }) => rfc822Name);
  const common = dns.length + ip.length > 0 ? [] : commonNames(subject).filter(isHostName);
  return {
    directory: [
      ...(subject.length === 0 ? [] : [distinguishedName(subject)]),
      ...given(({ directoryName }) => directoryName).map(distinguishedName),
    ],
    // RFC 9525 §4.1 no longer knows the common name; constraints still hold for it, as everybody has them.
    dns: alternatives.length === 0 ? common.map((each) => each.toLowerCase()) : dns,
    ip,
    uri: given(({ uniformResourceIdentifier }) => uniformResourceIdentifier),
    mail: mail.length > 0 ? mail : attributes(subject, EMAIL),
    other: alternatives
      .filter((each) => !LOOKED_INTO.some((kind) => each[kind] !== undefined))
      .map(otherKind),
  };
}

/** `otherName` has as many kinds as there are type ids (RFC 5280 §4.2.1.6). */
export function otherKind({ otherName, registeredID, x400Address }: GeneralName): OtherKind {
  if (otherName !== undefined) return `other ${otherName.typeId}`;
  if (registeredID !== undefined) return 'other registered';
  return x400Address === undefined ? 'other edi' : 'other x400';
}

/** Whether a certificate is for a host name or an address (RFC 9525 §6.3: a wildcard is one whole left-most label). */
export function isFor(names: SubjectNames, wanted: string): boolean {
  if (isIP(wanted) !== 0) return names.ip.includes(wanted);
  const name = wanted.toLowerCase().replace(/\.$/, '');
  return names.dns.some((each) => {
    if (each === name) return true;
    if (!each.startsWith('*.')) return false;
    const rest = name.slice(name.indexOf('.') + 1);
    return name.includes('.') && rest === each.slice(2) && rest.includes('.');
  });
}

function isHostName(text: string): boolean {
  return /^(?:[a-z0-9_](?:[a-z0-9-]{0,62})\.)*[a-z0-9](?:[a-z0-9-]{0,62})$/i.test(text);
}
