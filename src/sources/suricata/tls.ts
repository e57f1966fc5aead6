import type { Certificate, Clear, Observation, TlsSession } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { digest, dnsName, tlsVersion } from '../wire-values.ts';
import { body, type EveMapping, type EveRecord, exchange } from './eve-record.ts';
import { parseValidity } from './eve-time.ts';

/**
 * A TLS handshake, and the certificates shown in it. Suricata does not validate chains, nor does a
 * record say that the handshake was completed: both stay unknown.
 */
export const mapTls: EveMapping = (record) => {
  const tls = body(record, 'tls');
  const common = exchange(record);
  if (tls === null || common === null) return null;
  const client = tls.child('client');
  const name = dnsName(tls.text('sni'));
  const session: TlsSession<Clear> = {
    kind: 'tls',
    ...common,
    ...(name === null ? {} : { name }),
    version: tlsVersion(tls.text('version')),
    established: null,
    certificate: fingerprintIn(tls),
    clientCertificate: client === null ? null : fingerprintIn(client),
    validation: 'unknown',
  };
  const observations: Observation[] = [session];
  for (const shown of client === null ? [tls] : [tls, client]) {
    const certificate = certificateIn(shown, record, common.time);
    if (certificate !== null) observations.push(certificate);
  }
  return observations;
};

/**
 * A certificate as far as EVE describes it: names and validity. Key and signature are not in the
 * record, so they are `other`, unknown and not known to be weak. What is written in a certificate is its
 * maker's: one whose validity is no time (malware has such) is left out, and the session stands.
 */
function certificateIn(fields: JsonFields, record: EveRecord, time: number): Certificate<Clear> | null {
  const fingerprint = fingerprintIn(fields);
  const notBefore = validity(fields, 'notbefore');
  const notAfter = validity(fields, 'notafter');
  if (fingerprint === null || notBefore === null || notAfter === null) return null;
  const subject = fields.text('subject');
  const issuer = fields.text('issuerdn');
  return {
    kind: 'certificate',
    time,
    provenance: record.provenance,
    keys: [fingerprint],
    subject,
    issuer,
    selfIssued: subject !== null && subject === issuer,
    notBefore,
    notAfter,
    keyType: 'other',
    keyBits: null,
    weakSignature: false,
    isAuthority: false,
  };
}

/** SHA-1 of the certificate; written with colons, kept without. */
function fingerprintIn(fields: JsonFields): string | null {
  return digest(fields.text('fingerprint')?.replaceAll(':', '') ?? null, 160);
}

function validity(fields: JsonFields, field: string): number | null {
  const text = fields.text(field);
  return text === null ? null : parseValidity(text);
}
