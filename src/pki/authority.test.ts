import { createPrivateKey, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { issue, newAuthority, revocationList } from './authority.ts';
import { heldKey, newKey } from './authority-key.ts';
import { certsOnly } from './certs-only.ts';
import { checkChain } from './chain.ts';
import { OpenSsl, WEAK_RSA } from './openssl.fixture.ts';
import { pem } from './pem.ts';
import { readRequest } from './request.ts';
import { revocationListsIn } from './revocation.ts';

const openssl = new OpenSsl();
afterAll(() => openssl.close());
const now = Date.now();
const authority = await newAuthority('Stance test', heldKey(newKey(randomBytes)), now, randomBytes);

function request(...key: readonly string[]): Buffer {
  openssl.run('genpkey', ...key, '-out', 'r.key');
  openssl.run('req', '-new', '-key', 'r.key', '-subj', '/CN=whatever it likes', '-out', 'r.csr');
  return openssl.bytes('r.csr');
}

const EC = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];

describe('[PKI-5] what the authority issues holds before OpenSSL and before our own checks', () => {
  test.each([EC, ['-algorithm', 'ED25519'], ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']])(
    'a certificate for %s %s',
    async (...key) => {
      const { key: asked } = readRequest(request(...key.filter((each) => each !== undefined)));
      const certificate = await issue(
        authority,
        { name: 'dev_camera', key: asked, days: 90 },
        now,
        randomBytes,
      );
      const file = openssl.write('leaf.pem', pem('CERTIFICATE', certificate.der));
      const root = openssl.write('own.pem', pem('CERTIFICATE', authority.certificate.der));
      writeFileSync(join(openssl.dir, 'crl.pem'), pem('X509 CRL', await revocationList(authority, [], now)));
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
      const revoked = await revocationList(authority, [[certificate.serial, now]], now);
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

test('[PKI-8] a list of a large authority is read whole, as it was signed', async () => {
  const serial = (index: number) => (0x4000_0000_0000 + index).toString(16);
  const at = Math.floor(now / 1_000) * 1_000;
  const revoked = Array.from({ length: 5_000 }, (_, index) => [serial(index), at] as const);
  const der = await revocationList(authority, [['80ff', Date.UTC(2055, 0, 2)], ...revoked], now);
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

describe('[PKI-9] an authority whose key is elsewhere', () => {
  test.each([
    ['RSA', ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
    ['P-384', ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ])('issues and revokes with %s, as OpenSSL has it', async (_, args) => {
    openssl.run('genpkey', ...args, '-out', 'far.key');
    const key = heldKey(createPrivateKey(openssl.bytes('far.key')));
    const far = await newAuthority('Far', key, now, randomBytes);
    const { key: asked } = readRequest(request(...EC));
    const leaf = await issue(far, { name: 'dev_camera', key: asked, days: 90 }, now, randomBytes);
    const root = openssl.write('far.pem', pem('CERTIFICATE', far.certificate.der));
    const file = openssl.write('far-leaf.pem', pem('CERTIFICATE', leaf.der));
    openssl.write('far-crl.pem', pem('X509 CRL', await revocationList(far, [], now)));
    const checks = ['-x509_strict', '-crl_check', '-CRLfile', 'far-crl.pem', '-CAfile', root];
    expect(openssl.run('verify', ...checks, file)).toContain('OK');
  });

  test('gives out nothing that its key did not sign', async () => {
    const [mine, other] = [heldKey(newKey(randomBytes)), heldKey(newKey(randomBytes))];
    const wrong = { publicKey: mine.publicKey, sign: (data: Uint8Array) => other.sign(data) };
    await expect(newAuthority('Wrong', wrong, now, randomBytes)).rejects.toThrow('not of the authority');
  });
});
