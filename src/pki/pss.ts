import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import { elementAt } from './der.ts';

/** RSASSA-PSS (RFC 8017 §8.1): which hash it is made with its parameters alone say. */
export const RSA_PSS = '1.2.840.113549.1.1.10';
const MGF1 = '1.2.840.113549.1.1.8';
const HASHES: Readonly<Record<string, string>> = {
  '2.16.840.1.101.3.4.2.4': 'sha224',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
  '2.16.840.1.101.3.4.2.8': 'sha3-256',
  '2.16.840.1.101.3.4.2.9': 'sha3-384',
  '2.16.840.1.101.3.4.2.10': 'sha3-512',
};
const SEQUENCE = 0x30;
const INTEGER = 0x02;
const NULL = 0x05;
/** Of the fields, in their order: the hash, the mask, the salt's length, the trailer. */
const FIELDS = [0xa0, 0xa1, 0xa2, 0xa3] as const;
/** RFC 4055 §3.1: what is meant where no salt length is said. */
const USUAL_SALT = 20;

export interface PssParameters {
  readonly hash: string;
  readonly saltLength: number;
}

/**
 * `null` where the hash, or that of the mask, is not a known good one: where they are not said they are SHA-1 (RFC 4055
 * §3.1). Both must be the same, as everybody makes them (RFC 8446 §4.2.3).
 */
export function pssParameters(der: Buffer): PssParameters | null {
  const whole = elementAt(der, 0, der.length, SEQUENCE);
  if (whole === null || whole.to !== der.length) return null;
  const said = new Map<number, Buffer>();
  let at = whole.from;
  for (const tag of FIELDS) {
    const field = elementAt(der, at, whole.to, tag);
    if (field === null) continue;
    said.set(tag, der.subarray(field.from, field.to));
    at = field.to;
  }
  // Something unknown, out of order or twice.
  if (at !== whole.to) return null;
  const [ofHash, ofMask, ofSalt, ofTrailer] = FIELDS.map((tag) => said.get(tag) ?? null);
  const hash = hashOf(ofHash);
  const saltLength = numberOf(ofSalt, USUAL_SALT);
  if (hash === null || hash !== maskHashOf(ofMask) || saltLength === null) return null;
  return numberOf(ofTrailer, 1) === 1 ? { hash, saltLength } : null;
}

function maskHashOf(der: Buffer | null | undefined): string | null {
  const mask = identifierOf(der);
  return mask?.algorithm === MGF1 && mask.parameters ? hashOf(Buffer.from(mask.parameters)) : null;
}

function hashOf(der: Buffer | null | undefined): string | null {
  const { algorithm, parameters } = identifierOf(der) ?? {};
  if (algorithm === undefined || !Object.hasOwn(HASHES, algorithm)) return null;
  const isPlain = !parameters || new Uint8Array(parameters)[0] === NULL;
  return isPlain ? (HASHES[algorithm] ?? null) : null;
}

function identifierOf(der: Buffer | null | undefined): AlgorithmIdentifier | null {
  try {
    return der ? AsnConvert.parse(der, AlgorithmIdentifier) : null;
  } catch {
    return null;
  }
}

/** A small number; `null` for what is none. */
function numberOf(der: Buffer | null | undefined, usual: number): number | null {
  if (!der) return usual;
  const number = elementAt(der, 0, der.length, INTEGER);
  if (number === null || number.to !== der.length) return null;
  const length = number.to - number.from;
  return length >= 1 && length <= 2 && (der[number.from] ?? 0x80) < 0x80
    ? der.readUIntBE(number.from, length)
    : null;
}
