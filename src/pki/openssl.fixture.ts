import { execFileSync, spawnSync } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AsnConvert } from '@peculiar/asn1-schema';
import { Certificate } from '@peculiar/asn1-x509';
import { certificatesIn, type PkiCertificate } from './certificate.ts';
import { pem } from './pem.ts';

/** A key and its certificate, made by OpenSSL. */
export interface Party {
  readonly name: string;
  readonly key: string;
  readonly file: string;
}

interface Wish {
  readonly subject?: string;
  readonly extensions?: readonly string[];
  /** Arguments of `openssl genpkey`. */
  readonly key?: readonly string[];
  readonly hash?: string;
  /** What is said of how it is signed, as `-sigopt` takes it. */
  readonly signing?: readonly string[];
  /** Whose key it has, where it is another certificate of the same. */
  readonly as?: Party;
}

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
export const RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'];
export const WEAK_RSA = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'];
export const AUTHORITY = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
export const DEVICE = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature',
  'extendedKeyUsage=clientAuth,serverAuth',
  'subjectAltName=DNS:camera.example.com',
];

/** Makes certificates of every kind in a folder of its own, and asks OpenSSL what it thinks of them. */
export class OpenSsl {
  readonly dir = mkdtempSync(join(tmpdir(), 'stance-pki-'));
  #made = 0;

  close(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }

  run(...args: readonly string[]): string {
    return execFileSync('openssl', args, {
      cwd: this.dir,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Self-signed. */
  root(name: string, { extensions = AUTHORITY, ...wish }: Wish = {}): Party {
    const party = this.#party(name, wish);
    const request = this.#request(party, wish);
    this.run(
      'x509',
      '-req',
      '-in',
      request,
      '-signkey',
      party.key,
      '-days',
      '3650',
      ...this.#shape(extensions, wish),
      '-out',
      party.file,
    );
    return party;
  }

  issue(name: string, issuer: Party, { extensions = DEVICE, ...wish }: Wish = {}): Party {
    const party = this.#party(name, wish);
    const request = this.#request(party, wish);
    this.run(
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      issuer.file,
      '-CAkey',
      issuer.key,
      '-set_serial',
      String(++this.#made + 1_000),
      '-days',
      '365',
      ...this.#shape(extensions, wish),
      '-out',
      party.file,
    );
    return party;
  }

  /** The same certificate signed with SHA-1 under another name of the algorithm, which OpenSSL reads and does not write. */
  signedAs(algorithm: string, { name, key, file }: Party, issuer: Party): Party {
    const [{ der } = { der: Buffer.alloc(0) }] = this.read({ name, key, file });
    const certificate = AsnConvert.parse(der, Certificate);
    certificate.signatureAlgorithm.algorithm = certificate.tbsCertificate.signature.algorithm = algorithm;
    const said = Buffer.from(AsnConvert.serialize(certificate.tbsCertificate));
    delete certificate.tbsCertificateRaw;
    certificate.signatureValue = new Uint8Array(sign('sha1', said, this.bytes(issuer.key).toString())).buffer;
    const signed = Buffer.from(AsnConvert.serialize(certificate));
    return { name, key, file: this.write(`signed${++this.#made}.pem`, pem('CERTIFICATE', signed)) };
  }

  /** A list of the issuer that revokes these. */
  revokes(issuer: Party, revoked: readonly Party[], days = 30, signing: readonly string[] = []): string {
    const base = `crl${++this.#made}`;
    writeFileSync(this.#path(`${base}.db`), '');
    const config = `[ca]\ndefault_ca=c\n[c]\ndatabase=${base}.db\ndefault_md=sha256\ndefault_crl_days=${days}\n`;
    writeFileSync(this.#path(`${base}.cnf`), config);
    const args = ['ca', '-config', `${base}.cnf`, '-cert', issuer.file, '-keyfile', issuer.key];
    for (const each of revoked) this.run(...args, '-revoke', each.file);
    this.run(...args, '-gencrl', ...signing, '-out', `${base}.pem`);
    return `${base}.pem`;
  }

  read(...parties: readonly Party[]): PkiCertificate[] {
    return parties.flatMap(({ file }) => certificatesIn(this.bytes(file)));
  }

  bytes(file: string): Buffer {
    return readFileSync(this.#path(file));
  }

  /** The request that a certificate was made of, as DER. */
  requestOf({ file }: Party): Buffer {
    this.run('req', '-in', file.replace('.pem', '.csr'), '-outform', 'DER', '-out', 'request.der');
    return this.bytes('request.der');
  }

  write(file: string, text: string): string {
    writeFileSync(this.#path(file), text);
    return file;
  }

  /** The codes of `openssl verify` (X509_V_ERR_…), none where all is well. */
  verify(
    leaf: Party,
    anchors: readonly Party[],
    others: readonly Party[],
    options: readonly string[],
  ): number[] {
    const together = (parties: readonly Party[]) =>
      this.write(
        `bundle${++this.#made}.pem`,
        parties.map(({ file }) => this.bytes(file).toString()).join(''),
      );
    const args = [
      'verify',
      '-no-CApath',
      '-no-CAstore',
      '-CAfile',
      together(anchors),
      '-auth_level',
      '2',
      ...options,
    ];
    if (others.length > 0) args.push('-untrusted', together(others));
    const { stdout, stderr, status } = spawnSync('openssl', [...args, leaf.file], {
      cwd: this.dir,
      encoding: 'utf8',
    });
    const codes = [...`${stdout}${stderr}`.matchAll(/error (\d+) at/g)].map(([, code]) => Number(code));
    if (codes.length === 0 && status !== 0) throw new Error(`openssl verify: ${stderr}`);
    return codes;
  }

  #party(name: string, { key = EC, as }: Wish): Party {
    const base = `${name.replace(/\W/g, '-')}${++this.#made}`;
    const keyFile = as?.key ?? `${base}.key`;
    if (as === undefined) this.run('genpkey', ...key, '-out', keyFile);
    return { name, key: keyFile, file: `${base}.pem` };
  }

  #request({ name, key, file }: Party, { subject = `/O=Example/CN=${name}` }: Wish): string {
    const request = file.replace('.pem', '.csr');
    this.run('req', '-new', '-key', key, '-subj', subject, '-out', request);
    return request;
  }

  #shape(extensions: readonly string[], { hash = 'sha256', signing = [] }: Wish): string[] {
    const file = this.write(`ext${++this.#made}`, extensions.join('\n'));
    return [`-${hash}`, ...signing.flatMap((each) => ['-sigopt', each]), '-extfile', file];
  }

  #path(file: string): string {
    return join(this.dir, file);
  }
}
