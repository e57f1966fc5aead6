import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkToken, type TokenRefusal } from './jwt-svid.ts';
import { AUTHORITY, OpenSsl, type Party } from './openssl.fixture.ts';
import { readBundle } from './spiffe-bundle.ts';
import { claimedSvid, isOfDomain } from './x509-svid.ts';

const WEB = 'spiffe://example.org/ns/shop/sa/web';
const ME = 'stance.example.com';
const AT = Date.UTC(2026, 10, 30, 12);
const SECONDS = AT / 1_000;

let openssl: OpenSsl;
let root: Party;
let keys: Readonly<Record<'rsa' | 'ec' | 'p384' | 'p521' | 'other', KeyObject>>;

beforeAll(() => {
  openssl = new OpenSsl();
  root = openssl.root('spire', { extensions: [...AUTHORITY, 'subjectAltName=URI:spiffe://example.org'] });
  const made = (name: string, ...args: readonly string[]) => {
    openssl.run('genpkey', ...args, '-out', `${name}.key`);
    return createPrivateKey(openssl.bytes(`${name}.key`));
  };
  const ec = (curve: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${curve}`];
  keys = {
    rsa: made('rsa', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'),
    ec: made('ec', ...ec('P-256')),
    p384: made('p384', ...ec('P-384')),
    p521: made('p521', ...ec('P-521')),
    other: made('other', ...ec('P-256')),
  };
});
afterAll(() => openssl.close());

function jwk(key: KeyObject, facts: object) {
  return { ...createPublicKey(key).export({ format: 'jwk' }), ...facts };
}

function bundle(facts: object = {}) {
  const [authority] = openssl.read(root);
  if (authority === undefined) throw new Error('must be read');
  const x5c = [authority.der.toString('base64')];
  return {
    spiffe_sequence: 7,
    spiffe_refresh_hint: 300,
    keys: [
      { ...authority.key.export({ format: 'jwk' }), use: 'x509-svid', x5c },
      jwk(keys.ec, { use: 'jwt-svid', kid: 'a' }),
      jwk(keys.rsa, { use: 'jwt-svid', kid: 'b' }),
      jwk(keys.other, { use: 'sig', kid: 'c' }),
    ],
    ...facts,
  };
}

const written = (said: unknown) => Buffer.from(JSON.stringify(said));

describe('[SPIFFE-1] a bundle', () => {
  test('has authorities and keys for tokens; keys of other uses are passed over', () => {
    const { authorities, tokenKeys, sequence, refreshSeconds } = readBundle(written(bundle()));
    expect(authorities).toHaveLength(1);
    expect(tokenKeys.map(({ keyId }) => keyId)).toEqual(['a', 'b']);
    expect([sequence, refreshSeconds]).toEqual([7, 300]);
    expect(readBundle(Buffer.from('{"keys":[]}'))).toEqual({
      sequence: null,
      refreshSeconds: null,
      authorities: [],
      tokenKeys: [],
    });
  });

  test.each<[string, () => unknown]>([
    ['"keys"', () => ({})],
    ['no JWK', () => ({ keys: [7] })],
    ['more than 128', () => ({ keys: Array.from({ length: 129 }, () => ({})) })],
    [
      'private or secret',
      () => ({ keys: [{ ...keys.ec.export({ format: 'jwk' }), use: 'jwt-svid', kid: 'a' }] }),
    ],
    ['private or secret', () => ({ keys: [{ kty: 'oct', k: 'AAAA', use: 'jwt-svid', kid: 'a' }] })],
    ['exactly one certificate', () => ({ keys: [jwk(keys.ec, { use: 'x509-svid' })] })],
    ['exactly one certificate', () => ({ keys: [jwk(keys.ec, { use: 'x509-svid', x5c: ['a', 'b'] })] })],
    ['not the key of its certificate', () => ({ keys: [{ ...bundle().keys[0], ...jwk(keys.other, {}) }] })],
    ['"kid"', () => ({ keys: [jwk(keys.ec, { use: 'jwt-svid' })] })],
    [
      'same "kid"',
      () => ({ keys: [keys.ec, keys.rsa].map((each) => jwk(each, { use: 'jwt-svid', kid: 'a' })) }),
    ],
    [
      'twice, under two "kid"',
      () => ({ keys: ['a', 'b'].map((kid) => jwk(keys.ec, { use: 'jwt-svid', kid })) }),
    ],
    [
      'not understood',
      () => ({ keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', use: 'jwt-svid', kid: 'a' }] }),
    ],
    [
      'neither RSA nor',
      () => ({
        keys: [
          {
            kty: 'OKP',
            crv: 'Ed25519',
            x: Buffer.alloc(32, 9).toString('base64url'),
            use: 'jwt-svid',
            kid: 'a',
          },
        ],
      }),
    ],
    ['spiffe_sequence', () => bundle({ spiffe_sequence: -1 })],
    ['spiffe_refresh_hint', () => bundle({ spiffe_refresh_hint: '5m' })],
    ['JSON object', () => []],
  ])('is refused in words: %s', (word, said) => {
    expect(() => readBundle(written(said()))).toThrow(word);
  });

  test('that is no JSON is refused too', () => {
    expect(() => readBundle(Buffer.from('-----BEGIN'))).toThrow('not JSON');
  });
});

describe('[SPIFFE-2] a certificate of a workload', () => {
  const LEAF = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature'];
  const svid = (names: string, ...extensions: readonly string[]) => {
    const made = openssl.issue('leaf', root, {
      extensions: [...(extensions.length > 0 ? extensions : LEAF), `subjectAltName=${names}`],
    });
    const [read] = openssl.read(made);
    return read === undefined ? null : claimedSvid(read);
  };

  test('is sound with one SPIFFE ID, no rights of an authority and a key that signs', () => {
    expect(svid(`URI:${WEB}`)).toMatchObject({ id: { id: WEB, domain: 'example.org' }, isSound: true });
    expect(svid(`URI:${WEB},DNS:web.shop`)).toMatchObject({ isSound: true });
    expect(svid('DNS:web.shop')).toBeNull();
    expect(svid('URI:https://example.org/x')).toBeNull();
  });

  test.each([
    ['two URIs', `URI:${WEB},URI:spiffe://example.org/other`],
    ['another URI beside it', `URI:${WEB},URI:https://example.org/`],
    ['a trust domain without a path', 'URI:spiffe://example.org'],
    ['an upper-case scheme', 'URI:SPIFFE://example.org/web'],
    ['a port', 'URI:spiffe://example.org:80/web'],
    ['a query', 'URI:spiffe://example.org/web?a=b'],
    ['a relative segment', 'URI:spiffe://example.org/a/../web'],
    ['an empty segment', 'URI:spiffe://example.org//web'],
    ['a slash at the end', 'URI:spiffe://example.org/web/'],
    ['a percent sign', 'URI:spiffe://example.org/w%65b'],
    ['an upper-case trust domain', 'URI:spiffe://Example.org/web'],
  ])('is not with %s', (_, names) => {
    expect(svid(names)).toMatchObject({ isSound: false });
  });

  test.each([
    ['an authority', 'basicConstraints=critical,CA:TRUE', 'keyUsage=critical,digitalSignature'],
    ['keyCertSign', 'basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,keyCertSign'],
    ['cRLSign', 'basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,cRLSign'],
    ['no digitalSignature', 'basicConstraints=critical,CA:FALSE', 'keyUsage=critical,keyAgreement'],
    ['no key usage', 'basicConstraints=critical,CA:FALSE'],
  ])('is not with %s', (_, ...extensions) => {
    expect(svid(`URI:${WEB}`, ...extensions)).toMatchObject({ id: { id: WEB }, isSound: false });
  });

  test('an authority between says its own trust domain, or none', () => {
    const [read] = openssl.read(root);
    if (read === undefined) throw new Error('must be read');
    expect([isOfDomain(read, 'example.org'), isOfDomain(read, 'other.org')]).toEqual([true, false]);
  });
});

const CLAIMS = { sub: WEB, aud: ME, exp: SECONDS + 300, iat: SECONDS };
type Header = { alg: string } & Record<string, unknown>;

function token(
  claims: Record<string, unknown> = CLAIMS,
  header: Header = { alg: 'ES256', kid: 'a' },
  key = keys.ec,
) {
  return new SignJWT(claims).setProtectedHeader(header).sign(key);
}

/** By hand: what a library does not make. */
function raw(header: unknown, claims: unknown, signed: (input: string) => Buffer | string) {
  const [head, body] = [header, claims].map((each) =>
    Buffer.from(typeof each === 'string' ? each : JSON.stringify(each)).toString('base64url'),
  );
  const input = `${head}.${body}`;
  const signature = signed(input);
  return `${input}.${typeof signature === 'string' ? signature : signature.toString('base64url')}`;
}

function believed() {
  return [
    { domain: 'example.org', keyId: 'a', key: createPublicKey(keys.ec) },
    { domain: 'example.org', keyId: 'b', key: createPublicKey(keys.rsa) },
    { domain: 'example.org', keyId: 'd', key: createPublicKey(keys.p384) },
    { domain: 'example.org', keyId: 'e', key: createPublicKey(keys.p521) },
    { domain: 'other.org', keyId: 'o', key: createPublicKey(keys.other) },
  ];
}

const check = (said: string) => checkToken({ token: said, keys: believed(), audiences: ['x', ME], at: AT });

describe('[SPIFFE-3] a token of a workload', () => {
  test('is believed by the keys of its own trust domain, in each algorithm of the specification', async () => {
    const found = await check(await token());
    expect(found).toMatchObject({ trusted: true, id: { id: WEB }, issuedAt: AT, expiresAt: AT + 300_000 });
    const by = (alg: string, kid: string, key: KeyObject) => token(CLAIMS, { alg, kid, typ: 'JWT' }, key);
    const all = [
      ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => by(alg, 'b', keys.rsa)),
      by('ES384', 'd', keys.p384),
      by('ES512', 'e', keys.p521),
      token(CLAIMS, { alg: 'ES256' }),
      token({ ...CLAIMS, aud: ['others', ME] }),
      token({ sub: WEB, aud: ME, exp: SECONDS + 1 }),
    ];
    for (const each of await Promise.all(all)) expect(await check(each)).toMatchObject({ trusted: true });
  });

  test("holds as OpenSSL signs it, and its signature is OpenSSL's to check", async () => {
    const said = raw({ alg: 'RS256', kid: 'b' }, CLAIMS, (input) => {
      openssl.write('input', input);
      openssl.run('dgst', '-sha256', '-sign', 'rsa.key', '-out', 'signature', 'input');
      return openssl.bytes('signature');
    });
    expect(await check(said)).toMatchObject({ trusted: true, id: { id: WEB } });
  });

  const ec256 = (input: string) =>
    sign('sha256', Buffer.from(input), { key: keys.ec, dsaEncoding: 'ieee-p1363' });
  const hmac = (input: string) =>
    createHmac('sha256', createPublicKey(keys.rsa).export({ type: 'spki', format: 'pem' }))
      .update(input)
      .digest();
  const HEAD = { alg: 'ES256', kid: 'a' };

  test.each<[TokenRefusal, string, () => string | Promise<string>]>([
    ['malformed', 'two parts', () => 'a.b'],
    ['malformed', 'four parts', async () => `${await token()}.x`],
    ['malformed', 'a header that is no JSON', () => raw('{', CLAIMS, ec256)],
    ['malformed', 'claims that are no JSON', () => raw(HEAD, '{', ec256)],
    ['malformed', 'claims that are a list', () => raw(HEAD, [], ec256)],
    ['malformed', 'claims in broken UTF-8', () => raw(HEAD, CLAIMS, ec256).replace(/\.[^.]+\./, '._w.')],
    ['malformed', 'more than 8 kB', () => token({ ...CLAIMS, pad: 'x'.repeat(9_000) })],
    [
      'malformed',
      'an extension that must be understood',
      () => raw({ ...HEAD, crit: ['exp'] }, CLAIMS, ec256),
    ],
    ['malformed', 'a key id that is no text', () => raw({ ...HEAD, kid: 7 }, CLAIMS, ec256)],
    ['malformed', 'a time that is no number', () => token({ ...CLAIMS, iat: 'now' })],
    ['malformed', 'a beginning that is no number', () => token({ ...CLAIMS, nbf: null })],
    ['algorithm', 'none', () => raw({ alg: 'none' }, CLAIMS, () => '')],
    ['algorithm', 'no algorithm', () => raw({ kid: 'a' }, CLAIMS, ec256)],
    ['algorithm', 'an HMAC under a public key', () => raw({ alg: 'HS256', kid: 'b' }, CLAIMS, hmac)],
    ['algorithm', 'EdDSA', () => raw({ alg: 'EdDSA', kid: 'a' }, CLAIMS, ec256)],
    ['algorithm', 'a name of a built-in', () => raw({ alg: 'constructor', kid: 'a' }, CLAIMS, ec256)],
    ['type', 'another type', () => token(CLAIMS, { ...HEAD, typ: 'at+jwt' })],
    ['subject', 'no subject', () => token({ ...CLAIMS, sub: undefined })],
    ['subject', 'a subject that is no SPIFFE ID', () => token({ ...CLAIMS, sub: 'web' })],
    ['subject', 'a trust domain as subject', () => token({ ...CLAIMS, sub: 'spiffe://example.org' })],
    ['untrusted', 'an unknown key id', () => token(CLAIMS, { alg: 'ES256', kid: 'z' })],
    ['untrusted', 'an unknown trust domain', () => token({ ...CLAIMS, sub: 'spiffe://unknown.org/web' })],
    ['untrusted', "another domain's key", () => token(CLAIMS, { alg: 'ES256', kid: 'o' }, keys.other)],
    [
      'untrusted',
      'an algorithm of another kind of key',
      () => raw({ alg: 'RS256', kid: 'a' }, CLAIMS, ec256),
    ],
    ['bad_signature', "another key under the domain's key id", () => token(CLAIMS, HEAD, keys.other)],
    ['untrusted', 'an algorithm of another curve', () => raw({ alg: 'ES384', kid: 'a' }, CLAIMS, ec256)],
    [
      'bad_signature',
      'other claims',
      async () =>
        (await token()).replace(
          /\.[^.]+\./,
          `.${Buffer.from(JSON.stringify({ ...CLAIMS, exp: SECONDS + 301 })).toString('base64url')}.`,
        ),
    ],
    ['bad_signature', 'no signature', async () => (await token()).replace(/[^.]+$/, '')],
    ['audience', 'another audience', () => token({ ...CLAIMS, aud: 'others' })],
    ['audience', 'no audience', () => token({ ...CLAIMS, aud: undefined })],
    ['audience', 'an empty list', () => token({ ...CLAIMS, aud: [] })],
    ['expired', 'an expiry that is now', () => token({ ...CLAIMS, exp: SECONDS })],
    ['expired', 'no expiry', () => token({ ...CLAIMS, exp: undefined })],
    ['expired', 'an expiry that is no number', () => raw(HEAD, { ...CLAIMS, exp: `${SECONDS + 60}` }, ec256)],
    ['not_yet_valid', 'a beginning to come', () => token({ ...CLAIMS, nbf: SECONDS + 61 })],
    ['not_yet_valid', 'an issue to come', () => token({ ...CLAIMS, iat: SECONDS + 61 })],
    ['long_lived', 'more than an hour to go', () => token({ ...CLAIMS, exp: SECONDS + 3_661 })],
  ])('is refused as %s with %s', async (refusal, _, made) => {
    expect(await check(await made())).toEqual({ trusted: false, refusal });
  });

  test('whatever comes is judged, and nothing that was not signed is believed', async () => {
    const good = await token();
    const anyToken = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc
        .tuple(fc.json(), fc.json(), fc.string())
        .map(([head, body, end]) => raw(head, body, () => Buffer.from(end))),
      fc
        .tuple(fc.nat(good.length - 1), fc.constantFrom('A', 'a', '0', '_', '-', '.'))
        .map(([at, by]) => good.slice(0, at) + by + good.slice(at + 1)),
      fc.nat(good.length - 1).map((at) => good.slice(0, at)),
    );
    // Of the last character of a signature some bits say nothing (RFC 4648 §3.5): the bytes are the same.
    const same = (a: string, b: string) =>
      Buffer.from(a.slice(a.lastIndexOf('.') + 1), 'base64url').equals(
        Buffer.from(b.slice(b.lastIndexOf('.') + 1), 'base64url'),
      ) && a.slice(0, a.lastIndexOf('.')) === b.slice(0, b.lastIndexOf('.'));
    await fc.assert(
      fc.asyncProperty(anyToken, async (each) => {
        const { trusted } = await check(each);
        expect(trusted).toBe(same(each, good));
      }),
      { numRuns: 400 },
    );
  });
});
