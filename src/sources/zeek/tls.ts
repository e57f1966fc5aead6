import type { Certificate, Clear, TlsSession } from '../../model/index.ts';
import { digest, dnsName, sensorId, tlsVersion } from '../wire-values.ts';
import { flow, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

export const ssl: Mapping = (record, { time, provenance }) => {
  const ends = flow(record);
  if (ends === null) return null;
  const name = dnsName(record.text('server_name'));
  return {
    kind: 'tls',
    time,
    provenance,
    ...ends,
    ...(name === null ? {} : { name }),
    version: tlsVersion(record.text('version')),
    established: record.bool('established'),
    certificate: leaf(record, 'cert_chain_fps', 'cert_chain_fuids'),
    clientCertificate: leaf(record, 'client_cert_chain_fps', 'client_cert_chain_fuids'),
    validation: validation(record.text('validation_status')),
  };
};

/** The chain's first: by its fingerprint (since Zeek 4.1), else by its file id; x509.log has the same key. */
function leaf(record: ZeekRecord, fingerprints: string, fileIds: string): string | null {
  return sensorId(record.texts(fingerprints)[0] ?? record.texts(fileIds)[0] ?? null);
}

/** `validation_status` is OpenSSL's verdict in words (X509_verify_cert_error_string); 1.1 and 3 differ in a hyphen. */
function validation(status: string | null): TlsSession<Clear>['validation'] {
  switch (status?.replace('self-signed', 'self signed')) {
    case undefined:
      return 'unknown';
    case 'ok':
      return 'ok';
    case 'certificate has expired':
      return 'expired';
    case 'self signed certificate':
      return 'self_signed';
    case 'self signed certificate in certificate chain':
    case 'unable to get local issuer certificate':
    case 'unable to get issuer certificate':
    case 'unable to verify the first certificate':
    case 'certificate not trusted':
      return 'untrusted';
    default:
      return 'other_failure';
  }
}

/**
 * OpenSSL's names of signatures whose hash is broken, or too short (RFC 6151, RFC 6194); a bare `sha` is SHA-0. What
 * RSA-PSS is made with Zeek does not tell.
 */
const BROKEN = /md[245]|mdc-?2|ripemd|rmd-?160|sha-?1(?!\d)|sha(?=with|$)/i;

const KEY_TYPES = ['rsa', 'ecdsa', 'ed25519', 'dsa'] as const;

export const x509: Mapping = (record, { time, provenance }) => {
  const notBefore = requiredTime(record, 'certificate.not_valid_before');
  const notAfter = requiredTime(record, 'certificate.not_valid_after');
  if (notBefore === null || notAfter === null) return null;
  const keys = [digest(record.text('fingerprint'), 256), sensorId(record.text('id'))];
  const subject = record.text('certificate.subject');
  const issuer = record.text('certificate.issuer');
  return {
    kind: 'certificate',
    time,
    provenance,
    keys: keys.filter((key) => key !== null),
    subject,
    issuer,
    selfIssued: subject !== null && subject === issuer,
    notBefore,
    notAfter,
    keyType: keyType(record),
    keyBits: record.count('certificate.key_length'),
    weakSignature: BROKEN.test(record.text('certificate.sig_alg') ?? ''),
    isAuthority: record.bool('basic_constraints.ca') ?? false,
  };
};

/** `key_type` names only the kinds that Zeek measures; newer ones stand in `key_alg` alone. */
function keyType(record: ZeekRecord): Certificate<Clear>['keyType'] {
  const word = (
    record.text('certificate.key_type') ??
    record.text('certificate.key_alg') ??
    ''
  ).toLowerCase();
  return KEY_TYPES.find((type) => type === word) ?? 'other';
}

function requiredTime(record: ZeekRecord, field: string): number | null {
  return record.millis(field) ?? record.refuse('missing_field', field);
}
