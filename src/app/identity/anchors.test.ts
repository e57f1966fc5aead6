import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory, live } from '../data-directory.fixture.ts';
import type { FleetState } from '../fleet-state.ts';
import { importAnchors, listAnchors, removeAnchor } from './anchors.ts';

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

const domains = () => listAnchors(state).map(({ spiffe }) => spiffe?.trust_domain);

test('[IDENT-13] changes of trust anchors that come together all count', async () => {
  const paths = await Promise.all(['a', 'b', 'c', 'd'].map((kid) => bundle({ [kid]: newKey() })));
  const [a = '', b = '', c = '', d = ''] = paths;
  await imported(a, 'a.example');
  const both = await Promise.all([imported(b, 'b.example'), imported(c, 'c.example')]);
  expect(both.map(({ anchors }) => anchors)).toEqual([2, 3]);
  expect(domains()).toEqual(['a.example', 'b.example', 'c.example']);
  const [first] = listAnchors(state);
  await Promise.all([
    removeAnchor(state, { anchor: first?.id ?? '', actor: 'test' }, data.now),
    imported(d, 'd.example'),
  ]);
  expect(domains()).toEqual(['b.example', 'c.example', 'd.example']);
});
