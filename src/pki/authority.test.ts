import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { issue, newAuthority, revocationList } from './authority.ts';
import { certsOnly } from './certs-only.ts';
import { checkChain } from './chain.ts';
import { OpenSsl, WEAK_RSA } from './openssl.fixture.ts';
import { pem } from './pem.ts';
import { readRequest } from './request.ts';
import { revocationListsIn } from './revocation.ts';

const openssl = new OpenSsl();
afterAll(() => openssl.close());
const now = Date.now();
const authority = newAuthority('Stance test', now, randomBytes);

function request(...key: readonly string[]): Buffer {
  openssl.run('genpkey', ...key, '-out', 'r.key');
  openssl.run('req', '-new', '-key', 'r.key', '-subj', '/CN=whatever it likes', '-out', 'r.csr');
  return openssl.bytes('r.csr');
}

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

describe('[PKI-5] what the authority issues holds before OpenSSL and before our own checks', () => {
  test.each([EC, ['-algorithm', 'ED25519'], ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']])(
    'a certificate for %s %s',
    (...key) => {
      const { key: asked } = readRequest(request(...key.filter((each) => each !== undefined)));
      const certificate = issue(authority, { name: 'dev_camera', key: asked, days: 90 }, now, randomBytes);
      const file = openssl.write('leaf.pem', pem('CERTIFICATE', certificate.der));
      const root = openssl.write('own.pem', pem('CERTIFICATE', authority.certificate.der));
      writeFileSync(join(openssl.dir, 'crl.pem'), pem('X509 CRL', revocationList(authority, [], now)));
      expect(
        openssl.run(
          'verify',
          '-x509_strict',
          '-crl_check',
          '-CRLfile',
          'crl.pem',
          '-purpose',
          'sslclient',
          '-CAfile',
          root,
          file,
        ),
      ).toContain('OK');
      const question = {
        leaf: certificate,
        others: [],
        anchors: [authority.certificate],
        at: now,
        purpose: 'client',
      } as const;
      expect(checkChain(question)).toMatchObject({ trusted: true });
      const revoked = revocationList(authority, [[certificate.serial, now]], now);
      const lists = revocationListsIn(revoked);
      expect(checkChain({ ...question, lists })).toMatchObject({ trusted: false, problems: ['revoked'] });
      writeFileSync(join(openssl.dir, 'crl.pem'), pem('X509 CRL', revoked));
      expect(() => openssl.run('verify', '-crl_check', '-CRLfile', 'crl.pem', '-CAfile', root, file)).toThrow(
        'revoked',
      );
      const text = openssl.run('x509', '-in', file, '-noout', '-subject');
      expect(text).toContain('CN = dev_camera');
    },
  );

  test('a message of certificates alone', () => {
    writeFileSync(join(openssl.dir, 'certs.p7'), certsOnly([authority.certificate]));
    expect(openssl.run('pkcs7', '-inform', 'DER', '-in', 'certs.p7', '-print_certs')).toContain(
      'CN = Stance test',
    );
  });
});

test('[PKI-8] a list of a large authority is read whole, as it was signed', () => {
  const serial = (index: number) => (0x4000_0000_0000 + index).toString(16);
  const at = Math.floor(now / 1_000) * 1_000;
  const revoked = Array.from({ length: 5_000 }, (_, index) => [serial(index), at] as const);
  const der = revocationList(authority, [['80ff', Date.UTC(2055, 0, 2)], ...revoked], now);
  const [list] = revocationListsIn(der);
  expect(list?.revoked).toEqual(new Map([['80ff', Date.UTC(2055, 0, 2)], ...revoked]));
  expect(list?.isOf(authority.certificate)).toBe(true);
  const altered = Buffer.from(der);
  const place = altered.indexOf(Buffer.from(serial(7), 'hex'));
  altered[place + 5] = 0xff;
  expect(revocationListsIn(altered)[0]?.isOf(authority.certificate)).toBe(false);
  expect(() => revocationListsIn(Buffer.alloc(33 * 1_048_576, 0x30))).toThrow('more than 33554432 bytes');
});

describe('[PKI-6] a request is taken only from who has the key', () => {
  test('not one that was altered, nor one with a weak key', () => {
    const der = Buffer.from(
      openssl.run('req', '-in', (request(...EC), 'r.csr'), '-outform', 'DER', '-out', 'r.der') ||
        openssl.bytes('r.der'),
    );
    const altered = Buffer.from(der);
    const at = altered.indexOf('whatever');
    altered[at] = 0x57;
    expect(readRequest(der).keyFingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(() => readRequest(altered)).toThrow('not signed with its own key');
    expect(() => readRequest(request(...WEAK_RSA))).toThrow('The key is weak');
    expect(() => readRequest(Buffer.from('3003020101', 'hex'))).toThrow('not a certificate request');
  });
});
