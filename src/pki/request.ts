import { createPublicKey, type KeyObject } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { CertificationRequest } from '@peculiar/asn1-csr';
import { keyFingerprint } from './certificate.ts';
import { blocksOf } from './pem.ts';
import { PkiError } from './problems.ts';
import { isSignedBy, isSound, keyFacts, refuseCostly } from './signature.ts';

const MOST_BYTES = 16_384;

/** A key for which somebody asks for a certificate, and has signed with it. Whatever else the request wishes is not heard. */
export interface CertificateRequest {
  readonly key: KeyObject;
  readonly keyFingerprint: string;
}

/** A PKCS#10 request (RFC 2986) in PEM or DER. @throws PkiError where its key did not sign it, or is weak */
export function readRequest(bytes: Buffer): CertificateRequest {
  const [der = Buffer.alloc(0)] = blocksOf(bytes, 'CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST');
  if (der.length > MOST_BYTES) throw new PkiError(`A request has more than ${MOST_BYTES} bytes`);
  const { said, raw, algorithm, signature } = parsed(der);
  const key = publicKeyOf(said);
  refuseCostly(key);
  if (!isSound(algorithm))
    throw new PkiError('The request is signed with a hash that is broken or not known here (RFC 6194)');
  if (!isSignedBy(key, algorithm, raw, signature))
    throw new PkiError('The request is not signed with its own key (RFC 2986 §4.2)');
  if (keyFacts(key).isWeak)
    throw new PkiError('The key is weak: take P-256, Ed25519, or RSA of 2048 bits or more');
  return { key, keyFingerprint: keyFingerprint(key) };
}

function parsed(der: Buffer) {
  try {
    const { certificationRequestInfo, certificationRequestInfoRaw, signatureAlgorithm, signature } =
      AsnConvert.parse(der, CertificationRequest);
    const raw = Buffer.from(certificationRequestInfoRaw ?? new ArrayBuffer(0));
    return {
      said: certificationRequestInfo,
      raw,
      algorithm: signatureAlgorithm,
      signature: Buffer.from(signature),
    };
  } catch (cause) {
    throw new PkiError('It is not a certificate request', { cause });
  }
}

function publicKeyOf({ subjectPKInfo }: CertificationRequest['certificationRequestInfo']): KeyObject {
  try {
    const der = Buffer.from(AsnConvert.serialize(subjectPKInfo));
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch (cause) {
    throw new PkiError('The request has a key that is not understood', { cause });
  }
}
