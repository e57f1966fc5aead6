import { AsnConvert } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier, CRLNumber, TBSCertList } from '@peculiar/asn1-x509';
import type { PkiCertificate } from './certificate.ts';
import { listLayout } from './list-layout.ts';
import { type DistinguishedName, distinguishedName, sameName } from './names.ts';
import { blocksOf } from './pem.ts';
import { PkiError } from './problems.ts';
import { isSignedBy } from './signature.ts';

/** A CRL of a large authority is some 10 MB. */
const MOST_BYTES = 32 * 1_048_576;
/** What narrows a list to some certificates, or to changes of another: such a list is not read (RFC 5280 §5.2.4, §5.2.5). */
const AUTHORITY_KEY_ID = '2.5.29.35';
const CRL_NUMBER = '2.5.29.20';
const UNDERSTOOD = new Set([AUTHORITY_KEY_ID, CRL_NUMBER]);

/** A certificate revocation list, not yet known to be its issuer's. */
export interface RevocationList {
  readonly issuer: DistinguishedName;
  readonly thisUpdate: number;
  /** `null` where the issuer promises nothing. */
  readonly nextUpdate: number | null;
  readonly number: string | null;
  /** Serial (lower-case hex) → when. */
  readonly revoked: ReadonlyMap<string, number>;
  /** Whether the owner of this certificate issued it, and may. */
  isOf(issuer: PkiCertificate): boolean;
}

/** All lists of a PEM or DER file. @throws PkiError */
export function revocationListsIn(bytes: Buffer): readonly RevocationList[] {
  return blocksOf(bytes, 'X509 CRL').map(readRevocationList);
}

/** @throws PkiError */
function readRevocationList(der: Buffer): RevocationList {
  if (der.length > MOST_BYTES) throw new PkiError(`A revocation list has more than ${MOST_BYTES} bytes`);
  try {
    return read(der);
  } catch (cause) {
    throw cause instanceof PkiError ? cause : new PkiError('It is not a revocation list', { cause });
  }
}

function read(der: Buffer): RevocationList {
  const { said: signed, saidWithoutEntries, algorithm, signature, revoked } = listLayout(der);
  const said = AsnConvert.parse(saidWithoutEntries, TBSCertList);
  const signedWith = AsnConvert.parse(algorithm, AlgorithmIdentifier);
  const extensions = said.crlExtensions ?? [];
  const unknown = extensions.find(({ critical, extnID }) => critical && !UNDERSTOOD.has(extnID));
  if (unknown !== undefined) {
    throw new PkiError('It is a partial or delta list, or has another critical extension (RFC 5280 §5.2)');
  }
  const issuer = distinguishedName(said.issuer);
  const number = extensions.find(({ extnID }) => extnID === CRL_NUMBER);
  return {
    issuer,
    thisUpdate: said.thisUpdate.getTime().getTime(),
    nextUpdate: said.nextUpdate?.getTime().getTime() ?? null,
    number: number === undefined ? null : String(AsnConvert.parse(number.extnValue.buffer, CRLNumber).value),
    revoked,
    isOf: ({ subject, key, usages }) =>
      sameName(subject, issuer) &&
      usages?.has('cRLSign') !== false &&
      isSignedBy(key, signedWith, signed, signature),
  };
}
