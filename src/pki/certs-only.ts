import { AsnConvert } from '@peculiar/asn1-schema';
import {
  CertificateChoices,
  CertificateSet,
  CMSVersion,
  ContentInfo,
  EncapsulatedContentInfo,
  id_data,
  id_signedData,
  SignedData,
} from '@peculiar/asn1-cms';
import { Certificate } from '@peculiar/asn1-x509';
import type { PkiCertificate } from './certificate.ts';

/** Certificates as EST hands them out: a CMS message that is signed by nobody (RFC 5272 §3.2, RFC 7030 §4.1.3). */
export function certsOnly(certificates: readonly PkiCertificate[]): Buffer {
  const choices = certificates.map(
    ({ der }) => new CertificateChoices({ certificate: AsnConvert.parse(der, Certificate) }),
  );
  const signed = new SignedData({
    version: CMSVersion.v1,
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: id_data }),
    certificates: new CertificateSet(choices),
  });
  const info = new ContentInfo({ contentType: id_signedData, content: AsnConvert.serialize(signed) });
  return Buffer.from(AsnConvert.serialize(info));
}
