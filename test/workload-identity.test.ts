import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EVENT, OpensslFolder, serveOverTls, type StanceOverTls, using } from './tls.fixture.ts';

const INDEXER = 'spiffe://example.org/ns/files/sa/indexer';
const NODE = 'spiffe://example.org/node/files';
const INVENTORY = `inventory:
  - id: dev_files
    kind: server
    addresses: [10.0.3.7]
    spiffe_id: ${NODE}
    workloads:
      - { id: wkl_indexer, kind: container, instances: 3, spiffe_id: "${INDEXER}" }
  - { id: dev_badge, kind: badge_reader, manufacturer: Acme, serial: "00-A1B2", addresses: [10.0.3.8] }
  - { id: dev_gate, kind: badge_reader, manufacturer: Others, serial: "77", addresses: [10.0.3.9] }
`;
let dir: string;
let files: OpensslFolder;
let running: StanceOverTls;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'stance-spiffe-'));
  files = new OpensslFolder(dir);
});
afterEach(async () => {
  await running.close();
  rmSync(dir, { recursive: true });
});

async function started(config: string): Promise<StanceOverTls> {
  const said = `identity: { audiences: [stance.example.com] }\n${config}`;
  running = await serveOverTls(files, { inventory: INVENTORY, config: said });
  return running;
}

const svid = (name: string, by: string, id: string) =>
  files.issued(name, by, `/CN=${name}`, `subjectAltName=URI:${id}`);

/** As SPIRE writes it, of an authority and a key for tokens. */
function bundle(name: string, root: string, sequence: number): string {
  const certificate = new X509Certificate(readFileSync(join(dir, `${root}.pem`)));
  files.openssl(
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-out',
    `${name}.jwt.key`,
  );
  const signing = createPublicKey(readFileSync(join(dir, `${name}.jwt.key`), 'utf8'));
  const keys = [
    {
      ...certificate.publicKey.export({ format: 'jwk' }),
      use: 'x509-svid',
      x5c: [certificate.raw.toString('base64')],
    },
    { ...signing.export({ format: 'jwk' }), use: 'jwt-svid', kid: name },
  ];
  const path = join(dir, `${name}.json`);
  writeFileSync(path, JSON.stringify({ keys, spiffe_sequence: sequence, spiffe_refresh_hint: 300 }));
  return path;
}

function token(by: string, sub: string, facts: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const key = createPrivateKey(readFileSync(join(dir, `${by}.jwt.key`)));
  const claims = { sub, aud: 'stance.example.com', iat: now, exp: now + 300, ...facts };
  return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: by }).sign(key);
}

async function send(...as: readonly string[]): Promise<{ status: number; why: string }> {
  const event = ['-H', 'content-type: application/json', '-d', EVENT];
  const { status, headers } = await running.curl('/v1/events', ...as, ...event);
  return { status, why: /error_description="(\w+)"/.exec(headers)?.[1] ?? '' };
}

const bearing = (said: string) => ['-H', `authorization: Bearer ${said}`];

type Operations = StanceOverTls['operations'];

async function trustOf(operations: Operations, id: string): Promise<unknown> {
  const isWorkload = id.startsWith('wkl_');
  const told = isWorkload
    ? await operations.ask({ tool: 'get_workload_posture', input: { workload_id: id }, asker: 'test' })
    : await operations.ask({ tool: 'get_device_posture', input: { device_id: id }, asker: 'test' });
  return (told as { answer?: { trust_level?: unknown } }).answer?.trust_level;
}

test('[SPIFFE-4] workloads prove themselves by what their own trust domain gave them, and by nothing else', async () => {
  const { operations, data } = await started('');
  for (const each of ['spire', 'elsewhere', 'corp']) files.authority(each);
  const paths = { ours: bundle('ours', 'spire', 3), theirs: bundle('theirs', 'elsewhere', 1) };
  const trust = (path: string, trustDomain: string) =>
    operations.trust_anchors_import({ path, kind: 'spiffe', name: null, trustDomain, actor: 'test' });
  svid('indexer', 'spire', INDEXER);
  svid('node', 'spire', NODE);
  svid('stranger', 'spire', 'spiffe://example.org/ns/files/sa/stranger');
  svid('foreign', 'elsewhere', INDEXER);
  svid('corporate', 'corp', INDEXER);
  files.issued('two', 'spire', '/CN=two', `subjectAltName=URI:${INDEXER},URI:${NODE}`);
  files.issued('plain', 'spire', '/CN=dev_files', 'subjectAltName=DNS:dev_files');

  // Before anything is believed.
  expect((await send(...using('indexer'))).status).toBe(403);
  expect(await send(...bearing(await token('ours', INDEXER)))).toEqual({ status: 401, why: 'untrusted' });
  expect(await trustOf(operations, 'wkl_indexer')).toBe('provisional');

  const imported = await trust(paths.ours, 'example.org');
  expect(imported).toMatchObject({ removed: [], anchors: 2, refresh_seconds: 300 });
  expect(imported.added.map(({ spiffe }) => spiffe?.use)).toEqual(['x509-svid', 'jwt-svid']);
  await trust(paths.theirs, 'elsewhere.org');
  const corp = { path: join(dir, 'corp.pem'), kind: 'customer', name: null, trustDomain: null } as const;
  await operations.trust_anchors_import({ ...corp, actor: 'test' });

  // Another domain's authority, the customer's own, a workload that nobody named, two names, and no name at all.
  for (const each of ['foreign', 'corporate', 'stranger', 'two', 'plain'])
    expect([each, (await send(...using(each))).status]).toEqual([each, 403]);
  const refused = [
    ['untrusted', token('theirs', INDEXER)],
    ['unknown_workload', token('ours', `${INDEXER}2`)],
    ['audience', token('ours', INDEXER, { aud: 'others' })],
    ['expired', token('ours', INDEXER, { exp: 1_000 })],
    ['long_lived', token('ours', INDEXER, { exp: Math.floor(Date.now() / 1_000) + 86_400 })],
  ] as const;
  for (const [why, made] of refused) expect(await send(...bearing(await made))).toEqual({ status: 401, why });
  expect((await operations.enrol_list({})).devices).toEqual([]);

  const said = await token('ours', INDEXER);
  expect((await send(...bearing(said))).status).toBe(200);
  expect(await trustOf(operations, 'wkl_indexer')).toBe('verified');
  expect(await trustOf(operations, 'dev_files')).toBe('provisional');
  expect((await send(...using('indexer'))).status).toBe(200);
  expect((await send(...using('node'))).status).toBe(200);
  expect(await trustOf(operations, 'dev_files')).toBe('verified');
  const { devices } = await operations.enrol_list({});
  expect(devices.map(({ device, state }) => [device, state])).toEqual([
    ['dev_files', 'enrolled'],
    ['wkl_indexer', 'enrolled'],
  ]);

  // A token is a secret while it is valid: no part of it is on disk.
  const parts = said.split('.').slice(1);
  for (const file of filesUnder(data)) {
    const bytes = readFileSync(file);
    for (const part of parts) expect([file, bytes.includes(part)]).toEqual([file, false]);
  }

  // Who was revoked is refused, by token and by certificate.
  const revoked = await operations.enrol_revoke({ whose: 'wkl_indexer', actor: 'test', reason: null });
  expect([revoked.certificates.length, revoked.spiffe_ids]).toEqual([1, [INDEXER]]);
  expect(await send(...bearing(said))).toEqual({ status: 401, why: 'revoked' });
  expect((await send(...using('indexer'))).status).toBe(403);
  expect(await trustOf(operations, 'wkl_indexer')).toBe('revoked');

  // The next that its trust domain gives it too, until it is let in again; what was revoked by its number stays so.
  svid('renewed', 'spire', INDEXER);
  expect((await send(...using('renewed'))).status).toBe(403);
  expect(await send(...bearing(await token('ours', INDEXER)))).toEqual({ status: 401, why: 'revoked' });
  expect(await trustOf(operations, 'wkl_indexer')).toBe('revoked');
  expect((await operations.enrol_list({})).revoked.map((each) => each.spiffe_id)).toEqual([INDEXER]);
  const word = { whose: 'wkl_indexer', actor: 'test', reason: null };
  expect(await operations.enrol_readmit(word)).toEqual({ spiffe_ids: [INDEXER] });
  await expect(operations.enrol_readmit(word)).rejects.toMatchObject({ code: 'not_revoked' });
  expect((await send(...using('indexer'))).status).toBe(403);
  expect((await send(...using('renewed'))).status).toBe(200);
  expect((await send(...bearing(await token('ours', INDEXER)))).status).toBe(200);

  // A bundle takes the place of the one before; an older one is refused.
  const next = bundle('next', 'corp', 4);
  await expect(trust(next, 'example.org')).rejects.toMatchObject({ code: 'known_otherwise' });
  files.authority('spire2');
  expect(await trust(bundle('next', 'spire2', 4), 'example.org')).toMatchObject({ known: 0, anchors: 5 });
  await expect(trust(paths.ours, 'example.org')).rejects.toMatchObject({ code: 'older_bundle' });
  expect(await trustOf(operations, 'dev_files')).toBe('provisional');
  expect((await send(...using('node'))).status).toBe(403);
  expect(running.faults).toEqual([]);
}, 60_000);

test('[IDENT-9] authorities of the configuration are believed from the start, and a maker by the serial number alone', async () => {
  files.authority('acme');
  files.authority('spire');
  bundle('ours', 'spire', 1);
  const { operations } = await started(`trust:
  anchors:
    - { file: acme.pem, kind: vendor, name: acme }
    - { file: ours.json, kind: spiffe, trust_domain: example.org }
`);
  const { anchors } = await operations.trust_anchors_list({});
  expect(anchors.map(({ kind, name }) => [kind, name])).toEqual([
    ['vendor', 'acme'],
    ['spiffe', null],
    ['spiffe', null],
  ]);
  // As IEEE 802.1AR has them: in the subject, or as the name of a hardware module.
  files.issued('badge', 'acme', '/O=Acme/serialNumber=00-a1b2');
  writeFileSync(join(dir, 'module'), '');
  files.issued(
    'module',
    'acme',
    '/O=Acme',
    'subjectAltName=otherName:1.3.6.1.5.5.7.8.4;SEQUENCE:hw\n[hw]\ntype=OID:1.2.3.4\nserial=FORMAT:ASCII,OCTETSTRING:00-A1B2',
  );
  files.issued('unknown', 'acme', '/O=Acme/serialNumber=00-a1b3');
  // The inventory says that another made this one.
  files.issued('gate', 'acme', '/O=Acme/serialNumber=77');
  files.issued('named', 'acme', '/CN=dev_badge');
  const of = async (name: string) => (await send(...using(name))).status;
  expect([await of('unknown'), await of('gate'), await of('named')]).toEqual([403, 403, 403]);
  expect(await of('badge')).toBe(200);
  expect(await of('module')).toBe(200);
  expect([await trustOf(operations, 'dev_badge'), await trustOf(operations, 'dev_gate')]).toEqual([
    'verified',
    'provisional',
  ]);
  expect(running.faults).toEqual([]);
}, 60_000);

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((each) => join(folder, each))
    .filter((each) => statSync(each).isFile());
}
