import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live } from '../app/data-directory.fixture.ts';
import type { FleetState } from '../data-directory/index.ts';
import { DAY_MS } from '../model/index.ts';
import { examineConfigured } from '../operations/configured-anchors.ts';
import { examineRevocations } from '../operations/doctor/revocations.ts';
import { believeConfigured } from '../operations/index.ts';
import { AUTHORITY, OpenSsl, type Party } from '../pki/openssl.fixture.ts';
import { importAnchors, importRevocations, listAnchors, removeAnchor } from './anchors.ts';

let data: DataDirectory;
let state: FleetState;

beforeEach(async () => {
  data = await DataDirectory.make();
  state = await data.open();
  await live(state, 0, 1);
});
afterEach(async () => {
  await state.close();
  await data.remove();
});

const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey;

/** A bundle with keys for tokens, by their key ids. */
async function bundle(keys: Readonly<Record<string, KeyObject>>, sequence?: number): Promise<string> {
  const path = join(data.dir, `bundle-${Object.keys(keys).join('-')}-${sequence ?? 'none'}.json`);
  const jwks = Object.entries(keys).map(([kid, key]) => {
    return { ...key.export({ format: 'jwk' }), use: 'jwt-svid', kid };
  });
  const said = { keys: jwks, ...(sequence === undefined ? {} : { spiffe_sequence: sequence }) };
  await writeFile(path, JSON.stringify(said));
  return path;
}

const imported = (path: string, trustDomain: string) =>
  importAnchors(state, { path, kind: 'spiffe', name: null, trustDomain, actor: 'test' }, data.now);

/** An authority that is in force for so many days. */
function authority(days: number): string {
  const path = join(data.dir, `root-${days}.pem`);
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${path}.key`];
  const said = ['-subj', '/CN=root', '-addext', 'keyUsage=critical,keyCertSign', '-days', String(days)];
  execFileSync('openssl', ['req', '-x509', ...key, '-out', path, ...said], { stdio: 'ignore' });
  return path;
}

async function asJwk(path: string): Promise<object> {
  const { publicKey, raw } = new X509Certificate(await readFile(path));
  return { ...publicKey.export({ format: 'jwk' }), use: 'x509-svid', x5c: [raw.toString('base64')] };
}

const domains = () => new Set(listAnchors(state).map(({ spiffe }) => spiffe?.trust_domain));

test('[IDENT-13] changes of trust anchors that come together all count', async () => {
  const paths = await Promise.all(['a', 'b', 'c', 'd'].map((kid) => bundle({ [kid]: newKey() })));
  const [a = '', b = '', c = '', d = ''] = paths;
  await imported(a, 'a.example');
  const both = await Promise.all([imported(b, 'b.example'), imported(c, 'c.example')]);
  // Whose file is read first is its turn.
  expect(new Set(both.map(({ anchors }) => anchors))).toEqual(new Set([2, 3]));
  expect(domains()).toEqual(new Set(['a.example', 'b.example', 'c.example']));
  const [first] = listAnchors(state);
  await Promise.all([
    removeAnchor(state, { anchor: first?.id ?? '', actor: 'test' }, data.now),
    imported(d, 'd.example'),
  ]);
  expect(domains()).toEqual(new Set(['b.example', 'c.example', 'd.example']));
});

test('[SPIFFE-6] an expired root of a bundle is passed over, and said; of an own file it is a mistake', async () => {
  const [short, long] = [authority(10), authority(20)];
  const path = join(data.dir, 'roots.json');
  await writeFile(path, JSON.stringify({ keys: [await asJwk(short), await asJwk(long)] }));
  const said = { path, kind: 'spiffe', name: null, trustDomain: 'example.org', actor: 'test' } as const;
  const [now, later] = [Date.now(), Date.now() + 11 * DAY_MS];
  const before = await importAnchors(state, said, now);
  expect([before.added.length, before.expired]).toEqual([2, []]);
  const after = await importAnchors(state, said, later);
  expect(after).toMatchObject({ added: [], known: 1, anchors: 1 });
  expect(after.expired).toEqual(after.removed);
  expect(after.expired).toHaveLength(1);
  const own = { ...said, path: short, kind: 'customer', trustDomain: null } as const;
  await expect(importAnchors(state, own, later)).rejects.toThrow('expired at');
});

test('[SPIFFE-7] the sequence of a bundle is kept per trust domain, also when nothing of it is believed', async () => {
  const key = newKey();
  await imported(await bundle({ k: key }, 5), 'example.org');
  await imported(await bundle({}, 9), 'example.org');
  expect(listAnchors(state)).toEqual([]);
  await expect(imported(await bundle({ k: key }, 5), 'example.org')).rejects.toThrow('9 is known');
  await writeSnapshotAndOpenAgain();
  await expect(imported(await bundle({ k: key }, 8), 'example.org')).rejects.toThrow('9 is known');
  await imported(await bundle({ k: key }, 5), 'other.example');
  // It began anew, says who leaves the sequence out.
  await expect(imported(await bundle({ k: key }), 'example.org')).rejects.toThrow("another's already");
  await imported(await bundle({}), 'example.org');
  await imported(await bundle({ n: newKey() }, 1), 'example.org');
  expect(domains()).toEqual(new Set(['other.example', 'example.org']));
});

test('[IDENT-14] what time or an operator did to an authority of the configuration stops no start, and is told', async () => {
  const root = authority(10);
  const newer = await bundle({ k2: newKey() }, 6);
  const configured = [
    { file: root, kind: 'customer', name: null, trustDomain: null },
    { file: await bundle({ k1: newKey() }, 5), kind: 'spiffe', name: null, trustDomain: 'example.org' },
  ] as const;
  data.now = Date.now();
  const start = async () => {
    data.faults.length = 0;
    await writeSnapshotAndOpenAgain();
    await believeConfigured(state, configured, 'configuration', data.effects);
    // What the log has once, the doctor tells for as long as it is so.
    const [told] = await examineConfigured(state, configured, data.now);
    expect(told?.state).toBe(data.faults.length === 0 ? 'ok' : 'warning');
    for (const fault of data.faults) expect(told?.detail).toContain((fault as Error).message);
    return data.faults.map((each) => (each as { code?: string }).code);
  };
  expect(await start()).toEqual([]);
  await imported(newer, 'example.org');
  expect(await start()).toEqual(['older_bundle']);
  // Removed by hand: it stays so, until somebody believes it again by hand.
  const one = listAnchors(state).find(({ kind }) => kind === 'customer')?.id ?? '';
  await removeAnchor(state, { anchor: one, actor: 'test' }, data.now);
  expect(await start()).toEqual(['removed_authority', 'older_bundle']);
  expect(domains()).toEqual(new Set(['example.org']));
  const own = { path: root, kind: 'customer', name: null, trustDomain: null, actor: 'test' } as const;
  await importAnchors(state, own, data.now);
  expect(await start()).toEqual(['older_bundle']);
  data.now += 11 * DAY_MS;
  expect(await start()).toEqual(['expired_authority', 'older_bundle']);
  await writeFile(root, 'no certificate');
  await expect(start()).rejects.toMatchObject({ code: 'invalid_file' });
  const [unread] = await examineConfigured(state, configured, data.now);
  expect(unread).toMatchObject({ state: 'failed', detail: expect.stringContaining(root) });
  expect(await examineConfigured(state, [], data.now)).toEqual([]);
});

describe('[IDENT-15] revocation lists', () => {
  const openssl = new OpenSsl();
  afterAll(() => openssl.close());
  const root = openssl.root('root');
  const middle = openssl.issue('middle', root, { extensions: AUTHORITY });
  const camera = openssl.issue('camera', middle);
  const stranger = openssl.root('stranger');
  const soon = Date.now() + 60_000;
  const cameras = openssl.read(camera)[0]?.serial ?? '';
  const file = (name: string) => join(openssl.dir, name);
  const believe = () => {
    const said = { kind: 'customer', name: null, trustDomain: null, actor: 'test' } as const;
    return importAnchors(state, { path: file(root.file), ...said }, soon);
  };
  const hear = (name: string, at = soon) => importRevocations(state, { path: file(name), actor: 'test' }, at);
  const together = (list: string, ...parties: readonly Party[]) =>
    openssl.write(
      `with-${parties.length}-${list}`,
      [list, ...parties.map((each) => each.file)].map((each) => openssl.bytes(each).toString()).join(''),
    );

  test('of a day to come are refused, and shut nobody out', async () => {
    await believe();
    const ahead = ['-crl_lastupdate', '20990101000000Z', '-crl_nextupdate', '20990201000000Z'];
    await expect(hear(openssl.revokes(root, [], 30, ahead))).rejects.toMatchObject({ code: 'list_ahead' });
    expect(await hear(openssl.revokes(root, [middle]))).toMatchObject({ lists: [{ revoked: 1 }] });
  });

  test('go with their anchor, so that it can begin anew', async () => {
    const { added } = await believe();
    const old = openssl.revokes(root, []);
    await hear(
      openssl.revokes(root, [middle], 30, [
        '-crl_lastupdate',
        '20260101000000Z',
        '-crl_nextupdate',
        '20260201000000Z',
      ]),
    );
    const newer = await hear(openssl.revokes(root, [middle]), soon);
    await removeAnchor(state, { anchor: added[0]?.id ?? '', actor: 'test' }, soon);
    expect([...state.engine.identities.anchors.lists()]).toEqual([]);
    await writeSnapshotAndOpenAgain();
    await believe();
    expect([...state.engine.identities.anchors.revokedBy(newer.lists[0]?.issuer ?? '')]).toEqual([]);
    await hear(old);
  });

  test('of an authority below an anchor are taken with its certificate', async () => {
    await believe();
    const list = openssl.revokes(middle, [camera]);
    await expect(hear(list)).rejects.toMatchObject({ code: 'unknown_issuer' });
    await expect(hear(together(openssl.revokes(stranger, []), stranger))).rejects.toMatchObject({
      code: 'unknown_issuer',
    });
    const { lists } = await hear(together(list, camera, middle));
    const issuer = lists[0]?.issuer ?? '';
    const revoked = () => state.engine.identities.anchors.revokedAt(issuer, cameras);
    expect(revoked()).not.toBeNull();
    await writeSnapshotAndOpenAgain();
    expect(revoked()).not.toBeNull();
    const [anchor] = listAnchors(state);
    await removeAnchor(state, { anchor: anchor?.id ?? '', actor: 'test' }, soon);
    expect(revoked()).toBeNull();
  });

  test('that are out of date are told by the doctor', async () => {
    expect(examineRevocations(state, soon)).toEqual([]);
    await believe();
    await hear(openssl.revokes(root, [], 2));
    expect(examineRevocations(state, soon)).toMatchObject([{ state: 'ok', detail: '1 in force' }]);
    const [late] = examineRevocations(state, soon + 3 * DAY_MS);
    expect(late).toMatchObject({ check: 'revocation lists', state: 'warning' });
    expect(late?.detail).toContain('promised its next by');
  });
});

async function writeSnapshotAndOpenAgain(): Promise<void> {
  await state.writeSnapshot();
  await state.close();
  state = await data.open();
}
