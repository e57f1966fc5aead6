import { PkiError } from './problems.ts';

/** RFC 7468 labels that are read here. */
type PemLabel = 'CERTIFICATE' | 'X509 CRL' | 'CERTIFICATE REQUEST' | 'NEW CERTIFICATE REQUEST';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]*)-----END \1-----/g;
/** Without blanks, which are taken out before: a test that looks for them too takes the square of their number. */
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** A private key is never taken in by mistake, whatever stands beside it. */
const SECRET = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

/** The blocks of these labels, as DER; a file that is no text is one block of DER. @throws PkiError */
export function blocksOf(bytes: Buffer, ...labels: readonly PemLabel[]): readonly Buffer[] {
  if (bytes[0] === 0x30) return [bytes];
  const text = bytes.toString('latin1');
  if (SECRET.test(text)) {
    throw new PkiError('It holds a private key, which belongs to nobody but its owner: leave the key out');
  }
  const blocks = [...text.matchAll(BLOCK)]
    .filter(([, label]) => labels.some((each) => each === label))
    .map(([, , body = '']) => fromBase64(body));
  if (blocks.length === 0) throw new PkiError(`It has no ${labels[0]}, neither as PEM nor as DER`);
  return blocks;
}

/** @throws PkiError */
export function fromBase64(text: string): Buffer {
  const written = text.replaceAll(/\s/g, '');
  if (!BASE64.test(written)) throw new PkiError('It is not base64');
  return Buffer.from(written, 'base64');
}

export function pem(label: PemLabel, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
