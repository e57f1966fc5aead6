import { createPrivateKey } from 'node:crypto';
import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority } from '../../pki/index.ts';
import { OperationError } from '../operations.ts';
import { loadPki } from './pki-words.ts';

/** The folder of a data directory that holds its authority: nobody but its owner may look into it. */
export const AUTHORITY = 'authority';
const KEY = 'authority.key.pem';
const CERTIFICATE = 'authority.pem';
const OTHERS = 0o077;

/** The authority of a data directory; `null` where none was made. @throws OperationError where others can read its key */
export async function readAuthority(dir: string): Promise<Authority | null> {
  const place = join(dir, AUTHORITY);
  const path = join(place, KEY);
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  if (((found.mode | (await stat(place)).mode) & OTHERS) !== 0)
    throw new OperationError(
      'exposed_key',
      `Other users can read ${path} or its folder: run chmod 700 ${place} and chmod 600 ${path}, and think about who did.`,
    );
  const { certificatesIn } = await loadPki();
  const [certificate] = certificatesIn(await readFile(join(place, CERTIFICATE)));
  if (certificate === undefined)
    throw new OperationError('damaged_authority', `${place} has no certificate.`);
  return { certificate, key: createPrivateKey(await readFile(path)) };
}

/** The key comes last: where it is, its certificate is. */
export async function writeAuthority(dir: string, { certificate, key }: Authority): Promise<void> {
  const { pem } = await loadPki();
  const place = join(dir, AUTHORITY);
  await mkdir(place, { mode: 0o700, recursive: true });
  await write(place, CERTIFICATE, pem('CERTIFICATE', certificate.der));
  await write(place, KEY, key.export({ type: 'pkcs8', format: 'pem' }).toString());
}

async function write(place: string, name: string, text: string): Promise<void> {
  const draft = join(place, `${name}.new`);
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, join(place, name));
  const folder = await open(place, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
