import { execFileSync } from 'node:child_process';
import { randomBytes, verify, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AuthorityPlace } from './authority-files.ts';
import { signerOf } from './signer-command.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-signer-'));
  openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'ca.key');
  openssl('genpkey', '-algorithm', 'ED25519', '-out', 'ed.key');
});
afterAll(() => rmSync(dir, { recursive: true }));

const effects = { now: () => Date.now(), random: (bytes: number) => randomBytes(bytes) };

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** A program as docs/identity.md has it, with OpenSSL behind it. */
function program(name: string, body: string) {
  const path = join(dir, name);
  writeFileSync(path, `#!/bin/sh\nset -e\ncd ${dir}\n${body}\n`);
  chmodSync(path, 0o755);
  return { command: [path], timeoutSeconds: 2 };
}

const SIGNING = `case "$1" in
  public-key) openssl pkey -in ca.key -pubout ;;
  sign) openssl dgst -sha256 -sign ca.key ;;
esac`;

describe('[PKI-10] a program that signs for the authority', () => {
  test('is asked for its key and for signatures, and the key is nowhere in the data directory', async () => {
    const data = join(dir, 'data');
    const place = new AuthorityPlace(data, program('good', SIGNING));
    expect(await place.read()).toBeNull();
    const { certificate, key } = await place.make('Far', effects);
    expect(new X509Certificate(certificate.der).verify(key.publicKey)).toBe(true);
    expect(readdirSync(join(data, 'authority'))).toEqual(['authority.pem']);
    const again = await new AuthorityPlace(data, program('good', SIGNING)).read();
    expect(again?.certificate.fingerprint).toBe(certificate.fingerprint);
    const said = Buffer.from('said');
    expect(verify('sha256', said, key.publicKey, (await again?.key.sign(said)) ?? said)).toBe(true);
    // Another program with another key is not this authority's.
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'other.key');
    const other = new AuthorityPlace(data, program('other', SIGNING.replaceAll('ca.key', 'other.key')));
    await expect(other.read()).rejects.toMatchObject({ code: 'other_key' });
    // Nor is a key in a file beside the program: which of them signs would be a guess.
    writeFileSync(join(data, 'authority', 'authority.key.pem'), '', { mode: 0o600 });
    await expect(place.read()).rejects.toMatchObject({ code: 'two_keys' });
  });

  test.each([
    ['ended with 3: no card', 'echo no card >&2; exit 3'],
    ['no public key in PEM', 'echo hello'],
    ['neither RSA', 'openssl pkey -in ed.key -pubout'],
    ['no answer within 1 second', 'exec sleep 20'],
    ['more than 16384 bytes', 'exec yes'],
  ])('that fails is told in words: %s', async (word, body) => {
    const signer = { ...program('bad', body), timeoutSeconds: 1 };
    await expect(signerOf(signer)).rejects.toMatchObject({
      code: 'broken_signer',
      message: expect.stringContaining(word),
    });
  });

  test('that is not there is told too', async () => {
    const signer = { command: [join(dir, 'nothing')], timeoutSeconds: 1 };
    await expect(signerOf(signer)).rejects.toThrow('cannot be run');
  });
});

test('[PKI-11] a key that others can read is refused at the start', async () => {
  const data = join(dir, 'exposed');
  const place = new AuthorityPlace(data, null);
  await place.make('Here', effects);
  await place.refuseExposed();
  const key = join(data, 'authority', 'authority.key.pem');
  for (const mode of [0o640, 0o604]) {
    chmodSync(key, mode);
    await expect(place.refuseExposed()).rejects.toMatchObject({ code: 'exposed_key' });
  }
  chmodSync(key, 0o600);
  chmodSync(join(data, 'authority'), 0o750);
  await expect(place.refuseExposed()).rejects.toThrow('chmod 700');
});
