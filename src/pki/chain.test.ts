import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkChain, type ChainQuestion, type Purpose } from './chain.ts';
import { AUTHORITY, DEVICE, OpenSsl, type Party, RSA, WEAK_RSA } from './openssl.fixture.ts';
import type { ChainProblem } from '../model/index.ts';
import { fromBase64 } from './pem.ts';
import { PkiError } from './problems.ts';
import { readRequest } from './request.ts';
import { revocationListsIn } from './revocation.ts';
import { certificatesIn } from './certificate.ts';

const openssl = new OpenSsl();
afterAll(() => openssl.close());

/** X509_V_ERR_… of OpenSSL 3 → what it is called here; it has one code for several reasons against an issuer. */
const CODES: Readonly<Record<number, readonly ChainProblem[]>> = {
  2: ['untrusted'],
  3: ['revocation_unknown'],
  7: ['bad_signature'],
  9: ['not_yet_valid'],
  10: ['expired'],
  12: ['revocation_unknown'],
  18: ['untrusted'],
  19: ['untrusted'],
  20: ['untrusted'],
  21: ['untrusted'],
  23: ['revoked'],
  24: ['not_an_authority', 'key_usage'],
  25: ['path_too_long'],
  26: ['purpose', 'not_an_authority', 'key_usage'],
  32: ['key_usage'],
  34: ['unknown_critical_extension'],
  47: ['name_not_permitted'],
  48: ['name_not_permitted'],
  51: ['name_not_permitted'],
  53: ['name_not_permitted'],
  62: ['name_mismatch'],
  64: ['name_mismatch'],
  66: ['weak_key'],
  67: ['weak_key'],
  68: ['weak_signature'],
  79: ['not_an_authority', 'key_usage'],
  89: ['not_an_authority'],
  92: ['key_usage'],
  94: ['not_an_authority'],
};

interface Case {
  readonly leaf: Party;
  readonly anchors: readonly Party[];
  readonly others?: readonly Party[];
  readonly lists?: readonly string[];
  readonly needsLists?: 'leaf' | 'chain';
  readonly at?: number;
  readonly purpose?: Purpose;
  readonly name?: string;
}

/** All that is made here is valid by then. */
const now = Date.now() + 3_600_000;
const YEAR_MS = 365 * 86_400_000;

/** What OpenSSL says and what we say of the same. */
function both({
  leaf,
  anchors,
  others = [],
  lists = [],
  needsLists,
  at = now,
  purpose = 'client',
  name,
}: Case) {
  const [own] = openssl.read(leaf);
  if (own === undefined) throw new Error('no leaf');
  const question: ChainQuestion = {
    leaf: own,
    others: openssl.read(...others),
    anchors: openssl.read(...anchors),
    lists: lists.flatMap((each) => revocationListsIn(openssl.bytes(each))),
    at,
    purpose,
    ...(name === undefined ? {} : { name }),
    ...(needsLists === undefined ? {} : { needsLists }),
  };
  const verdict = checkChain(question);
  const options = ['-attime', String(Math.floor(at / 1_000)), '-partial_chain'];
  if (purpose !== 'any') options.push('-purpose', purpose === 'client' ? 'sslclient' : 'sslserver');
  if (name !== undefined) options.push(/^[\d.]+$/.test(name) ? '-verify_ip' : '-verify_hostname', name);
  if (needsLists !== undefined) options.push('-crl_check');
  if (needsLists === 'chain') options.push('-crl_check_all');
  for (const each of lists) options.push('-CRLfile', each);
  const codes = openssl.verify(leaf, anchors, others, options);
  return {
    ours: verdict.trusted ? [] : [...verdict.problems].sort(),
    theirs: codes.map((code) => ({ code, is: CODES[code] ?? [] })),
  };
}

const root = openssl.root('root');
const middle = openssl.issue('middle', root, { extensions: AUTHORITY });
const camera = openssl.issue('camera', middle);
const stranger = openssl.root('stranger');
const rsaRoot = openssl.root('rsa root', { key: RSA });
const byRsa = (hash: string, ...signing: readonly string[]): Case => ({
  leaf: openssl.issue(`${hash} ${signing.join(' ')}`, rsaRoot, { hash, signing }),
  anchors: [rsaRoot],
});
const noPath = openssl.root('no path', {
  extensions: ['basicConstraints=critical,CA:TRUE,pathlen:0', ...AUTHORITY.slice(1)],
});
const belowNoPath = openssl.issue('below', noPath, { extensions: AUTHORITY });
const notAuthority = openssl.issue('not an authority', root);
const noSign = openssl.issue('no sign', root, {
  extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,cRLSign'],
});
const namesOnly = openssl.issue('names', root, {
  extensions: [
    ...AUTHORITY,
    'nameConstraints=critical,permitted;DNS:example.com,excluded;DNS:lab.example.com,permitted;IP:10.0.0.0/255.0.0.0',
  ],
});
const weakMiddle = openssl.issue('weak middle', root, { extensions: AUTHORITY, key: WEAK_RSA });
const serverOnly = openssl.issue('server only', root, {
  extensions: [...AUTHORITY, 'extendedKeyUsage=serverAuth'],
});
const impostor = openssl.root('impostor', {
  subject: '/O=Example/CN=root',
  extensions: AUTHORITY.slice(0, 2),
});
/** A chain over an authority with this constraint, whose leaf has this name. */
function constrained(rule: string, name: string): Case {
  const extensions = [...AUTHORITY, `nameConstraints=critical,${rule}`];
  const authority = openssl.issue(`constrained by ${rule.slice(0, 12)}`, root, { extensions });
  const leaf = openssl.issue('named', authority, { extensions: shown(name) });
  return { leaf, anchors: [root], others: [authority] };
}
const UPN = 'otherName:1.3.6.1.4.1.311.20.2.3;UTF8';
const HARDWARE_NAME = 'otherName:1.3.6.1.5.5.7.8.4;UTF8';
const shown = (name: string) =>
  DEVICE.map((each) => (each.startsWith('subjectAltName') ? `subjectAltName=${name}` : each));

const usual = { anchors: [root], others: [middle] };

const CASES: Readonly<Record<string, () => Case>> = {
  'a whole chain': () => ({ leaf: camera, ...usual }),
  'a chain whose intermediate is missing': () => ({ leaf: camera, anchors: [root] }),
  'an intermediate as the anchor': () => ({ leaf: camera, anchors: [middle] }),
  'a wrong root': () => ({ leaf: camera, anchors: [stranger], others: [middle] }),
  'self-signed by nobody known': () => ({
    leaf: openssl.root('alone', { extensions: DEVICE }),
    anchors: [root],
  }),
  expired: () => ({ leaf: camera, ...usual, at: now + 2 * YEAR_MS }),
  'an expired root': () => ({ leaf: camera, ...usual, at: now + 12 * YEAR_MS }),
  'not yet valid': () => ({ leaf: camera, ...usual, at: now - YEAR_MS }),
  'a weak key': () => ({ leaf: openssl.issue('weak', middle, { key: WEAK_RSA }), ...usual }),
  'a weak key of an authority': () => ({
    leaf: openssl.issue('of weak', weakMiddle),
    anchors: [root],
    others: [weakMiddle],
  }),
  'a broken hash': () => ({ leaf: openssl.issue('sha1', middle, { hash: 'sha1' }), ...usual }),
  'a root that is signed with a broken hash': () => {
    const old = openssl.root('old root', { hash: 'sha1' });
    return { leaf: openssl.issue('of old', old), anchors: [old] };
  },
  'RSA-PSS with SHA-1': () => byRsa('sha1', 'rsa_padding_mode:pss'),
  'RSA-PSS with SHA-256': () => byRsa('sha256', 'rsa_padding_mode:pss'),
  'RSA-PSS with SHA-512 and a short salt': () =>
    byRsa('sha512', 'rsa_padding_mode:pss', 'rsa_pss_saltlen:20'),
  'RSA with RIPEMD-160': () => byRsa('rmd160'),
  'RSA with SHA-224': () => byRsa('sha224'),
  'SHA-1 under the name that the Open Systems workshop gave it': () => {
    const { leaf, anchors } = byRsa('sha1');
    return { leaf: openssl.signedAs('1.3.14.3.2.29', leaf, rsaRoot), anchors };
  },
  Ed25519: () => ({ leaf: openssl.issue('ed', middle, { key: ['-algorithm', 'ED25519'] }), ...usual }),
  'the right name': () => ({ leaf: camera, ...usual, purpose: 'server', name: 'camera.example.com' }),
  'a wrong name': () => ({ leaf: camera, ...usual, purpose: 'server', name: 'printer.example.com' }),
  'a wildcard': () => ({
    leaf: openssl.issue('wild', middle, { extensions: shown('DNS:*.example.com') }),
    ...usual,
    name: 'a.example.com',
  }),
  'a wildcard over two labels': () => ({
    leaf: openssl.issue('wild', middle, { extensions: shown('DNS:*.example.com') }),
    ...usual,
    name: 'a.b.example.com',
  }),
  'an address': () => ({
    leaf: openssl.issue('ip', middle, { extensions: shown('IP:10.0.0.7') }),
    ...usual,
    name: '10.0.0.7',
  }),
  'a wrong address': () => ({
    leaf: openssl.issue('ip', middle, { extensions: shown('IP:10.0.0.7') }),
    ...usual,
    name: '10.0.0.8',
  }),
  'a path that is too long': () => ({
    leaf: openssl.issue('long', belowNoPath),
    anchors: [noPath],
    others: [belowNoPath],
  }),
  'a path as long as it may be': () => ({ leaf: openssl.issue('short', noPath), anchors: [noPath] }),
  'an issuer that is no authority': () => ({
    leaf: openssl.issue('fake', notAuthority),
    anchors: [root],
    others: [notAuthority],
  }),
  'an issuer whose key may not sign': () => ({
    leaf: openssl.issue('fake', noSign),
    anchors: [root],
    others: [noSign],
  }),
  'an issuer for another purpose': () => ({
    leaf: openssl.issue('served', serverOnly),
    anchors: [root],
    others: [serverOnly],
  }),
  'for servers only': () => ({
    leaf: openssl.issue('server', middle, { extensions: ['extendedKeyUsage=serverAuth'] }),
    ...usual,
  }),
  'without extensions': () => ({ leaf: openssl.issue('plain', middle, { extensions: [] }), ...usual }),
  'a forged signature': () => ({
    leaf: openssl.issue('forged', impostor, { extensions: DEVICE }),
    anchors: [root],
  }),
  'an unknown critical extension': () => ({
    leaf: openssl.issue('odd', middle, { extensions: [...DEVICE, '1.2.3.4.5=critical,DER:0500'] }),
    ...usual,
  }),
  'a permitted name': () => ({
    leaf: openssl.issue('named', namesOnly),
    anchors: [root],
    others: [namesOnly],
  }),
  'a name that is not permitted': () => ({
    leaf: openssl.issue('named', namesOnly, { extensions: shown('DNS:camera.example.org') }),
    anchors: [root],
    others: [namesOnly],
  }),
  'an excluded name': () => ({
    leaf: openssl.issue('named', namesOnly, { extensions: shown('DNS:a.lab.example.com') }),
    anchors: [root],
    others: [namesOnly],
  }),
  'a permitted address': () => ({
    leaf: openssl.issue('named', namesOnly, { extensions: shown('IP:10.1.2.3') }),
    anchors: [root],
    others: [namesOnly],
  }),
  'an address that is not permitted': () => ({
    leaf: openssl.issue('named', namesOnly, { extensions: shown('IP:192.0.2.1') }),
    anchors: [root],
    others: [namesOnly],
  }),
  'an excluded name of a kind that is not looked into': () =>
    constrained(`excluded;${UPN}:x@example.com`, `${UPN}:x@example.com`),
  'an excluded registered id': () => constrained('excluded;RID:1.2.3.4', 'RID:1.2.3.4'),
  'an excluded other name, and one of another type': () =>
    constrained(`excluded;${UPN}:x@example.com`, `${HARDWARE_NAME}:x`),
  'an excluded registered id, and an other name': () => constrained('excluded;RID:1.2.3.4', `${UPN}:x`),
  'a URI without a host under an excluded one': () => constrained('excluded;URI:.example.org', 'URI:foo:bar'),
  'a URI without a host under a permitted one': () =>
    constrained('permitted;URI:.example.org', 'URI:foo:bar'),
  'a URI of an excluded host': () => constrained('excluded;URI:.example.org', 'URI:https://a.example.org/x'),
  'a URI beside the excluded ones': () =>
    constrained('excluded;URI:.example.org', 'URI:https://a.example.com/x'),
  'an excluded mail address': () => constrained('excluded;email:example.org', 'email:x@EXAMPLE.org'),
  'mail without a host under an excluded one': () =>
    constrained('excluded;email:example.org', 'email:nobody'),
  'an excluded address of IPv6': () => constrained('excluded;IP:2001:db8::/ffff:ffff::', 'IP:2001:db8::5'),
  'an address of IPv6 beside the excluded ones': () =>
    constrained('excluded;IP:2001:db8::/ffff:ffff::', 'IP:2001:db9::5'),
  'all addresses excluded': () => constrained('excluded;IP:0.0.0.0/0.0.0.0', 'IP:10.1.2.3'),
  'not revoked': () => ({ leaf: camera, ...usual, lists: [openssl.revokes(middle, [])], needsLists: 'leaf' }),
  revoked: () => ({ leaf: camera, ...usual, lists: [openssl.revokes(middle, [camera])], needsLists: 'leaf' }),
  'revoked by somebody else': () => ({
    leaf: camera,
    ...usual,
    lists: [openssl.revokes(stranger, [camera])],
    needsLists: 'leaf',
  }),
  'a list that is out of date': () => ({
    leaf: camera,
    ...usual,
    lists: [openssl.revokes(middle, [], 1)],
    needsLists: 'leaf',
    at: now + 86_400_000 * 3,
  }),
  'an authority that was revoked': () => ({
    leaf: camera,
    ...usual,
    lists: [openssl.revokes(root, [middle]), openssl.revokes(middle, [])],
    needsLists: 'chain',
  }),
  'lists for a part of the chain only': () => ({
    leaf: camera,
    ...usual,
    lists: [openssl.revokes(middle, [])],
    needsLists: 'chain',
  }),
  'no list': () => ({ leaf: camera, ...usual, needsLists: 'leaf' }),
  'a cross-signed authority, by the old root': () => {
    const young = openssl.root('young');
    const crossed = openssl.issue('crossed', root, {
      extensions: AUTHORITY,
      subject: '/O=Example/CN=young',
      as: young,
    });
    return { leaf: openssl.issue('of young', young), anchors: [root], others: [crossed] };
  },
  'a cross-signed authority, by the new root': () => {
    const young = openssl.root('young');
    const crossed = openssl.issue('crossed', root, {
      extensions: AUTHORITY,
      subject: '/O=Example/CN=young',
      as: young,
    });
    return { leaf: openssl.issue('of young', young), anchors: [young], others: [crossed] };
  },
};

describe('[PKI-1] a chain is judged as OpenSSL judges it', () => {
  test.each(Object.keys(CASES))('%s', (title) => {
    const found = CASES[title];
    if (found === undefined) throw new Error(title);
    const { ours, theirs } = both(found());
    // OpenSSL stops at the first error of some kinds: what it says is among ours, and one accepts what the other does.
    expect({ title, ours, isTrusted: ours.length === 0 }).toEqual({
      title,
      ours,
      isTrusted: theirs.length === 0,
    });
    const unknown = theirs.filter(({ is }) => !is.some((each) => ours.includes(each)));
    expect({ unknown, ours }).toEqual({ unknown: [], ours });
  });
});

test.each([
  ['an address in the place of a host', 'excluded;URI:.example.org', 'URI:https://192.0.2.1/x'],
  [
    'an excluded host, written with a dot at its end',
    'excluded;URI:.example.org',
    'URI:https://a.example.org./x',
  ],
  ['no network at all', 'DER:300da10b3009870700000000000000', 'IP:10.1.2.3'],
  ['all mail', 'DER:3006a10430028100', 'email:x@example.org'],
])('[PKI-1] what a constraint does not clearly allow is not permitted: %s', (_, rule, name) => {
  expect(both(constrained(rule, name)).ours).toEqual(['name_not_permitted']);
});

test('[PKI-1] SHA-3 is not weak, though older OpenSSL does not know it in certificates', () => {
  const leaf = openssl.issue('sha3', middle, { hash: 'sha3-256' });
  expect(both({ leaf, ...usual }).ours).toEqual([]);
});

test('[PKI-1] a mask of RSA-PSS that is made with SHA-1 is not taken, nor a list or a request that is signed so', () => {
  const pss = ['rsa_padding_mode:pss', 'rsa_mgf1_md:sha1'];
  const { ours } = both(byRsa('sha256', ...pss));
  expect(ours).toEqual(['weak_signature']);
  const signing = (...options: readonly string[]) => options.flatMap((each) => ['-sigopt', each]);
  const leaf = openssl.issue('of rsa', rsaRoot);
  const problems = (...said: readonly string[]) =>
    both({
      leaf,
      anchors: [rsaRoot],
      lists: [openssl.revokes(rsaRoot, [leaf], 30, said)],
      needsLists: 'leaf',
    }).ours;
  expect(problems(...signing('rsa_padding_mode:pss'))).toEqual(['revoked']);
  expect(problems(...signing(...pss))).toEqual(['revocation_unknown']);
  expect(problems('-md', 'rmd160')).toEqual(['revocation_unknown']);
  const request = (...said: readonly string[]) => {
    openssl.run(
      'req',
      '-new',
      '-key',
      rsaRoot.key,
      '-subj',
      '/CN=x',
      ...said,
      '-outform',
      'DER',
      '-out',
      'asked.csr',
    );
    return () => readRequest(openssl.bytes('asked.csr'));
  };
  expect(request('-sha384')).not.toThrow();
  expect(request('-sha384', ...signing('rsa_padding_mode:pss'))).not.toThrow();
  expect(request('-sha1')).toThrow('hash that is broken or not known');
  expect(request('-rmd160')).toThrow('hash that is broken or not known');
});

test('[PKI-2] of two ways up the one that holds is taken, whatever else the peer sent', () => {
  const young = openssl.root('two ways');
  const crossed = openssl.issue('crossed', root, {
    extensions: AUTHORITY,
    subject: '/O=Example/CN=two ways',
    as: young,
  });
  const broken = openssl.issue('broken', weakMiddle, {
    extensions: AUTHORITY,
    subject: '/O=Example/CN=two ways',
    as: young,
  });
  const leaf = openssl.issue('leaf', young);
  for (const others of [
    [broken, crossed, weakMiddle],
    [crossed, weakMiddle, broken],
  ])
    expect(both({ leaf, anchors: [root], others }).ours).toEqual([]);
});

test('[PKI-3] a heap of authorities of one name costs a bounded search', () => {
  const heap = Array.from({ length: 12 }, (_, index) =>
    openssl.root(`heap ${index}`, { subject: '/O=Example/CN=heap', extensions: AUTHORITY.slice(0, 2) }),
  );
  const [first = root] = heap;
  const leaf = openssl.issue('of heap', first, { extensions: DEVICE });
  expect(both({ leaf, anchors: [root], others: heap.slice(0, 4) }).ours).toContain('untrusted');
  const [own] = openssl.read(leaf);
  if (own === undefined) throw new Error('no leaf');
  const verdict = checkChain({
    leaf: own,
    others: openssl.read(...heap),
    anchors: openssl.read(root),
    at: now,
    purpose: 'any',
  });
  expect(verdict.trusted).toBe(false);
});

describe('[PKI-7] what a peer sends costs a bounded judgement', () => {
  /** Authorities of one name, each of which signed each other; how often one is asked for is counted. */
  function crossed(count: number) {
    const [pattern] = openssl.read(middle);
    if (pattern === undefined) throw new Error('no pattern');
    let asked = 0;
    const others = Array.from({ length: count }, (_, index) => ({
      ...pattern,
      fingerprint: `crossed ${index}`,
      keyFingerprint: `crossed ${index}`,
      issuer: pattern.subject,
      keyId: null,
      issuerKeyId: null,
      isSignedBy: () => ++asked > 0,
    }));
    return { others, asked: () => asked };
  }

  test('few signatures are checked, each once', () => {
    const { others, asked } = crossed(40);
    const [leaf] = openssl.read(camera);
    if (leaf === undefined) throw new Error('no leaf');
    const [last] = others;
    if (last === undefined) throw new Error('no others');
    const anchors = [{ ...last, fingerprint: 'anchor', keyFingerprint: 'anchor' }];
    const lying = { ...leaf, issuerKeyId: null, isSignedBy: () => true };
    const weak = others.map((each) => ({ ...each, hasUnknownCritical: true }));
    const question = { leaf: lying, others: weak, anchors, at: now, purpose: 'any' } as const;
    expect(checkChain({ ...question, anchors: [{ ...last, hasUnknownCritical: true }] }).trusted).toBe(false);
    expect(asked()).toBeLessThanOrEqual(32);
    expect(checkChain(question).trusted).toBe(true);
  });

  test('an issuer that did not sign is not followed', () => {
    const [fake] = openssl.read(impostor);
    const [leaf] = openssl.read(camera);
    if (fake === undefined || leaf === undefined) throw new Error('nothing read');
    let asked = 0;
    const others = [
      { ...fake, subject: leaf.issuer, keyId: null, issuerKeyId: null, isSignedBy: () => ++asked > 0 },
    ];
    const verdict = checkChain({ leaf, others, anchors: openssl.read(root), at: now, purpose: 'any' });
    expect([verdict.trusted, asked]).toEqual([false, 0]);
  });

  test('names beyond all measure are not permitted, and not looked through', () => {
    const [own] = openssl.read(openssl.issue('named', namesOnly));
    const [rule] = openssl.read(namesOnly);
    if (own === undefined || rule === undefined) throw new Error('no rule');
    let held = 0;
    const subtree = { kind: 'dns', holds: () => ++held > 0 } as const;
    const many = { permitted: Array.from({ length: 40_000 }, () => subtree), excluded: [] };
    const others = [{ ...rule, nameRule: many }];
    const verdict = checkChain({ leaf: own, others, anchors: openssl.read(root), at: now, purpose: 'any' });
    expect(verdict).toMatchObject({ problems: ['name_not_permitted'] });
    expect(held).toBe(0);
  });

  test('a key that is made to cost is refused', () => {
    const slow = ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-pkeyopt'];
    const party = openssl.root('slow', { key: [...slow, `rsa_keygen_pubexp:${2n ** 64n + 1n}`] });
    expect(() => openssl.read(party)).toThrow('an exponent of more than 64 bits');
    expect(() => readRequest(openssl.requestOf(party))).toThrow('an exponent of more than 64 bits');
  });

  test('a heap of blanks is looked at once', () => {
    expect(() => fromBase64(`QUJD${' '.repeat(1_000_000)}!`)).toThrow('not base64');
    expect(fromBase64('QU JD\n QQ= =\n').toString()).toBe('ABCA');
  });
});

describe('[PKI-4] what is no certificate is refused in words', () => {
  test('a private key is never taken', () => {
    const mixed = Buffer.concat([openssl.bytes(root.file), openssl.bytes(root.key)]);
    expect(() => certificatesIn(mixed)).toThrow('holds a private key');
  });

  test('damaged bytes', () => {
    expect(() => certificatesIn(Buffer.from('hello'))).toThrow('no CERTIFICATE');
    expect(() => certificatesIn(Buffer.from('3003020101', 'hex'))).toThrow('It is not a certificate');
    expect(() => revocationListsIn(Buffer.from('3003020101', 'hex'))).toThrow('It is not a revocation list');
  });

  test('whatever bytes come: read, or refused in words', () => {
    const wholes = [certificatesIn(openssl.bytes(camera.file))[0]?.der ?? Buffer.alloc(0)];
    const list = openssl.revokes(middle, [camera]);
    openssl.run('crl', '-in', list, '-outform', 'DER', '-out', 'mutated.crl');
    wholes.push(openssl.bytes('mutated.crl'), openssl.requestOf(camera));
    const flips = fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(2), flips, fc.nat(40), (which, changes, cut) => {
        const der = Buffer.from(wholes[which] ?? []);
        for (const [at, byte] of changes) der[at % der.length] = byte;
        const bytes = cut === 0 ? der.subarray(0, der.length / 2) : der;
        const faults = [certificatesIn, revocationListsIn, readRequest].map((read) => faultOf(read, bytes));
        expect(faults.filter((fault) => fault !== null && !(fault instanceof PkiError))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

/** What reading throws; `null` where it reads. */
function faultOf(read: (bytes: Buffer) => unknown, bytes: Buffer): unknown {
  try {
    read(bytes);
    return null;
  } catch (cause) {
    return cause;
  }
}
