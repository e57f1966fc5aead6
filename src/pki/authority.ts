import { createHash, type KeyObject } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  CertificateList,
  CRLNumber,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  RelativeDistinguishedName,
  RevokedCertificate,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  TBSCertList,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { algorithmOf, type AuthorityKey, type Random, signedBy } from './authority-key.ts';
import { readCertificate, type PkiCertificate } from './certificate.ts';
import { RSA_SHA256 } from './signature.ts';

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3_650;
/** Clocks differ: a device whose clock is a little behind may use its certificate at once. */
const CLOCK_SKEW_MS = 60_000;
/** A list is in force for a week; it is made anew whenever it is asked for. */
const LIST_DAYS = 7;
/** RFC 5280 §4.1.2.2: positive, and of at most 20 octets. */
const SERIAL_BYTES = 16;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/** Who issues. */
export interface Authority {
  readonly certificate: PkiCertificate;
  readonly key: AuthorityKey;
}

/** A root of its own, which may issue to devices and to no other authority. */
export async function newAuthority(
  name: string,
  key: AuthorityKey,
  now: number,
  random: Random,
): Promise<Authority> {
  const spki = spkiOf(key.publicKey);
  const subject = nameOf(name);
  const said = tbs(
    {
      issuer: subject,
      subject,
      spki,
      serial: serialFrom(random),
      from: now,
      to: now + AUTHORITY_DAYS * DAY_MS,
    },
    [
      extension('2.5.29.19', new BasicConstraints({ cA: true, pathLenConstraint: 0 }), true),
      extension('2.5.29.15', new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), true),
      extension('2.5.29.14', keyIdOf(spki)),
    ],
  );
  return { certificate: readCertificate(await signedCertificate(said, key)), key };
}

export interface Wish {
  /** What the subject is called: the device's id. */
  readonly name: string;
  readonly key: KeyObject;
  readonly days: number;
}

/** A certificate to authenticate with; it never outlives its authority. */
export async function issue(
  authority: Authority,
  { name, key, days }: Wish,
  now: number,
  random: Random,
): Promise<PkiCertificate> {
  const spki = spkiOf(key);
  const to = Math.min(now + days * DAY_MS, authority.certificate.notAfter);
  const said = tbs(
    { issuer: subjectOf(authority), subject: nameOf(name), spki, serial: serialFrom(random), from: now, to },
    [
      extension('2.5.29.19', new BasicConstraints({ cA: false }), true),
      extension('2.5.29.15', new KeyUsage(KeyUsageFlags.digitalSignature), true),
      extension('2.5.29.37', new ExtendedKeyUsage([CLIENT_AUTH])),
      extension('2.5.29.14', keyIdOf(spki)),
      issuerKeyId(authority),
    ],
  );
  return readCertificate(await signedCertificate(said, authority.key));
}

/** Whom the authority revoked, as DER (RFC 5280 §5). */
export async function revocationList(
  authority: Authority,
  revoked: readonly (readonly [serial: string, at: number])[],
  now: number,
): Promise<Buffer> {
  const algorithm = algorithmFor(authority.key);
  const said = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer: subjectOf(authority),
    thisUpdate: new Time(new Date(now - CLOCK_SKEW_MS)),
    nextUpdate: new Time(new Date(now + LIST_DAYS * DAY_MS)),
    crlExtensions: [issuerKeyId(authority), extension('2.5.29.20', new CRLNumber(now))],
  });
  if (revoked.length > 0) {
    said.revokedCertificates = revoked.map(
      ([serial, at]) =>
        new RevokedCertificate({
          userCertificate: arrayOf(positive(Buffer.from(serial, 'hex'))),
          revocationDate: new Time(new Date(at)),
        }),
    );
  }
  const raw = AsnConvert.serialize(said);
  const signature = arrayOf(await signedBy(authority.key, Buffer.from(raw)));
  const list = new CertificateList({ tbsCertList: said, signatureAlgorithm: algorithm, signature });
  return Buffer.from(AsnConvert.serialize(list));
}

interface Said {
  readonly issuer: Name;
  readonly subject: Name;
  readonly spki: SubjectPublicKeyInfo;
  readonly serial: ArrayBuffer;
  readonly from: number;
  readonly to: number;
}

function tbs({ issuer, subject, spki, serial, from, to }: Said, extensions: Extension[]): TBSCertificate {
  return new TBSCertificate({
    version: Version.v3,
    serialNumber: serial,
    issuer,
    validity: new Validity({ notBefore: new Date(from - CLOCK_SKEW_MS), notAfter: new Date(to) }),
    subject,
    subjectPublicKeyInfo: spki,
    extensions: new Extensions(extensions),
  });
}

async function signedCertificate(said: TBSCertificate, key: AuthorityKey): Promise<Buffer> {
  said.signature = algorithmFor(key);
  const signature = arrayOf(await signedBy(key, Buffer.from(AsnConvert.serialize(said))));
  const whole = new Certificate({
    tbsCertificate: said,
    signatureAlgorithm: said.signature,
    signatureValue: signature,
  });
  return Buffer.from(AsnConvert.serialize(whole));
}

/** RSA has parameters, which are NULL (RFC 4055 §5); ECDSA has none (RFC 5758 §3.2). */
function algorithmFor(key: AuthorityKey): AlgorithmIdentifier {
  const algorithm = algorithmOf(key);
  return algorithm === RSA_SHA256
    ? new AlgorithmIdentifier({ algorithm, parameters: null })
    : new AlgorithmIdentifier({ algorithm });
}

function extension(oid: string, value: object, critical = false): Extension {
  return new Extension({ extnID: oid, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}

function nameOf(common: string): Name {
  const value = new AttributeValue({ utf8String: common });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })])]);
}

function subjectOf({ certificate }: Authority): Name {
  return AsnConvert.parse(certificate.der, Certificate).tbsCertificate.subject;
}

function spkiOf(key: KeyObject): SubjectPublicKeyInfo {
  return AsnConvert.parse(key.export({ type: 'spki', format: 'der' }), SubjectPublicKeyInfo);
}

/** RFC 5280 §4.2.1.2, method 1: SHA-1 names the key here, it protects nothing. */
function keyIdOf({ subjectPublicKey }: SubjectPublicKeyInfo): SubjectKeyIdentifier {
  return new SubjectKeyIdentifier(arrayOf(createHash('sha1').update(Buffer.from(subjectPublicKey)).digest()));
}

function issuerKeyId({ certificate }: Authority): Extension {
  const keyIdentifier = new KeyIdentifier(arrayOf(Buffer.from(certificate.keyId ?? '', 'hex')));
  return extension('2.5.29.35', new AuthorityKeyIdentifier({ keyIdentifier }));
}

function serialFrom(random: Random): ArrayBuffer {
  const serial = Buffer.from(random(SERIAL_BYTES));
  serial[0] = ((serial[0] ?? 0) & 0x7f) | 0x40;
  return arrayOf(serial);
}

/** An integer whose first bit is set would be read as a negative one. */
function positive(bytes: Buffer): Buffer {
  return ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.of(0), bytes]);
}

function arrayOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
