import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  type Extension,
  KeyUsage,
  KeyUsageFlags,
  NameConstraints,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { serialNumbers } from './hardware-name.ts';
import { type NameRule, nameRule } from './name-constraints.ts';
import {
  type DistinguishedName,
  commonNames,
  distinguishedName,
  sameName,
  type SubjectNames,
  subjectNames,
} from './names.ts';
import { blocksOf } from './pem.ts';
import { PkiError } from './problems.ts';
import { isSound, type KeyFacts, keyFacts, refuseCostly } from './signature.ts';

/** The largest honest certificates are some 10 kB. */
const MOST_BYTES = 65_536;
/** Those that are acted upon, and those that say nothing a path could fail by (RFC 5280 §4.2.1.4, .16). */
const UNDERSTOOD = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.19',
  '2.5.29.30',
  '2.5.29.35',
  '2.5.29.37',
  '2.5.29.32',
]);

export type Usage = keyof typeof KeyUsageFlags;

/** A certificate as chains are built of it. */
export interface PkiCertificate {
  readonly der: Buffer;
  /** SHA-256 of the whole, lower-case hex. */
  readonly fingerprint: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Lower-case hex. */
  readonly serial: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly key: KeyObject;
  /** SHA-256 of the subject's public key info, lower-case hex. */
  readonly keyFingerprint: string;
  readonly keyFacts: KeyFacts;
  readonly isWeaklySigned: boolean;
  readonly isSelfIssued: boolean;
  /** `null` where it does not say; `isAuthority` then is what version 1 could not say. */
  readonly authority: { readonly isAuthority: boolean; readonly pathLength: number | null } | null;
  /** `null`: not restricted. */
  readonly usages: ReadonlySet<Usage> | null;
  /** Object identifiers; `null`: not restricted. */
  readonly purposes: ReadonlySet<string> | null;
  readonly names: SubjectNames;
  readonly commonNames: readonly string[];
  /** What its maker numbered the device with: of the subject, or of a HardwareModuleName (IEEE 802.1AR §8.6, §8.10.4). */
  readonly serialNumbers: readonly string[];
  readonly nameRule: NameRule | null;
  readonly keyId: string | null;
  readonly issuerKeyId: string | null;
  readonly hasUnknownCritical: boolean;
  isSignedBy(issuer: KeyObject): boolean;
}

/** All certificates of a PEM or DER file. @throws PkiError */
export function certificatesIn(bytes: Buffer): readonly PkiCertificate[] {
  return blocksOf(bytes, 'CERTIFICATE').map(readCertificate);
}

/** Those that a PEM file has beside something else; none where it is DER. @throws PkiError */
export function certificatesBeside(bytes: Buffer): readonly PkiCertificate[] {
  return bytes.includes('-----BEGIN CERTIFICATE-----') ? certificatesIn(bytes) : [];
}

/** @throws PkiError */
export function readCertificate(der: Buffer): PkiCertificate {
  if (der.length > MOST_BYTES) throw new PkiError(`A certificate has more than ${MOST_BYTES} bytes`);
  try {
    return read(der);
  } catch (cause) {
    throw cause instanceof PkiError ? cause : new PkiError('It is not a certificate', { cause });
  }
}

function read(der: Buffer): PkiCertificate {
  const node = new X509Certificate(der);
  const { tbsCertificate: said, signatureAlgorithm } = AsnConvert.parse(der, Certificate);
  const extensions = said.extensions ?? [];
  const extension = <T>(oid: string, of: new () => T): T | null => {
    const found = extensions.filter(({ extnID }) => extnID === oid);
    if (found.length > 1) throw new PkiError('An extension stands twice in it (RFC 5280 §4.2)');
    return found[0] === undefined ? null : AsnConvert.parse(found[0].extnValue.buffer, of);
  };
  const basic = extension('2.5.29.19', BasicConstraints);
  const purposes = extension('2.5.29.37', ExtendedKeyUsage);
  const rule = extension('2.5.29.30', NameConstraints);
  const alternatives = [...(extension('2.5.29.17', SubjectAlternativeName) ?? [])];
  const [subject, issuer] = [distinguishedName(said.subject), distinguishedName(said.issuer)];
  const key = node.publicKey;
  refuseCostly(key);
  return {
    der,
    fingerprint: sha256(der),
    subject,
    issuer,
    serial: hex(said.serialNumber).replace(/^(?:00)+(?=..)/, ''),
    notBefore: said.validity.notBefore.getTime().getTime(),
    notAfter: said.validity.notAfter.getTime().getTime(),
    key,
    keyFingerprint: keyFingerprint(key),
    keyFacts: keyFacts(key),
    isWeaklySigned: !isSound(signatureAlgorithm),
    isSelfIssued: sameName(subject, issuer),
    authority: basic === null ? null : { isAuthority: basic.cA, pathLength: basic.pathLenConstraint ?? null },
    usages: usagesOf(extension('2.5.29.15', KeyUsage)),
    purposes: purposes === null ? null : new Set(purposes),
    names: subjectNames(said.subject, alternatives),
    commonNames: commonNames(said.subject),
    serialNumbers: serialNumbers(said.subject, alternatives),
    nameRule: rule === null ? null : nameRule(rule),
    keyId: identifier(extension('2.5.29.14', SubjectKeyIdentifier)?.buffer),
    issuerKeyId: identifier(extension('2.5.29.35', AuthorityKeyIdentifier)?.keyIdentifier?.buffer),
    hasUnknownCritical: extensions.some(isUnknownCritical),
    isSignedBy: (issuerKey) => verifies(node, issuerKey),
  };
}

export function keyFingerprint(key: KeyObject): string {
  return sha256(key.export({ type: 'spki', format: 'der' }));
}

function verifies(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.verify(key);
  } catch {
    return false;
  }
}

function isUnknownCritical({ critical, extnID }: Extension): boolean {
  return critical && !UNDERSTOOD.has(extnID);
}

function usagesOf(usage: KeyUsage | null): ReadonlySet<Usage> | null {
  if (usage === null) return null;
  const bits = usage.toNumber();
  const all = Object.keys(KeyUsageFlags).filter((each): each is Usage => Number.isNaN(Number(each)));
  return new Set(all.filter((each) => (bits & KeyUsageFlags[each]) !== 0));
}

function identifier(bytes: ArrayBuffer | undefined): string | null {
  return bytes === undefined ? null : hex(bytes);
}

function hex(bytes: ArrayBuffer): string {
  return Buffer.from(bytes).toString('hex');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
