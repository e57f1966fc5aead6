import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createDurably, DiskFull, isSystemError, replaceDurably } from '../files/index.ts';
import {
  derivedBytes,
  FIRST_EPOCH,
  type KeyBytes,
  ROOT_KEY_BYTES,
  type SealingKeys,
  sealingKeys,
} from './keys.ts';
import { ROTATED_FORMAT, type RotatedKeys, rotatedKeys, rotatedText } from './rotated-keys.ts';

/**
 * - `exposed`: others than the owner may read the key file, or replace it or the directory around it.
 * - `malformed`: the file is there but is not a key file.
 * - `unusable`: it cannot be read or created.
 */
type KeyFileErrorCode = 'exposed' | 'malformed' | 'unusable';

class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code: KeyFileErrorCode;

  constructor(code: KeyFileErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const KEY_FILE = 'sealing.key.json';
/** A root key from which all keys derive. */
const FORMAT = 1;
const GROUP_AND_OTHERS = 0o077;
const WRITABLE_BY_OTHERS = 0o022;
const WRITABLE_BY_ANYONE = 0o002;

/**
 * The sealing keys in `dir`; the first call creates the directory (0700) and a root key (0600) from
 * `random`. Two processes that start at once get the same key.
 * @throws KeyFileError, DiskFull
 */
export async function loadKeys(dir: string, random: (bytes: number) => Uint8Array): Promise<SealingKeys> {
  const path = join(dir, KEY_FILE);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await refuseOpenPlace(dirname(dir));
    const existing = await readKeyFile(dir, path);
    if (existing !== null) return sealingKeys(parseKeyFile(path, existing));
    await createKeyFile(path, random(ROOT_KEY_BYTES));
    const created = await readKeyFile(dir, path);
    if (created !== null) return sealingKeys(parseKeyFile(path, created));
  } catch (cause) {
    if (cause instanceof KeyFileError || cause instanceof DiskFull) throw cause;
    throw new KeyFileError('unusable', `the key file ${path} cannot be read or created`, { cause });
  }
  throw new KeyFileError('unusable', `the key file ${path} vanished while it was created`);
}

/**
 * Changes which epochs of accounts have a key: those of `epochs` that have none get one from `random`, and the keys of all
 * others are destroyed, as far as a file system does that. On disk when it resolves.
 * @throws KeyFileError, DiskFull
 */
export async function changeAccountKeys(
  dir: string,
  epochs: readonly number[],
  random: (bytes: number) => Uint8Array,
): Promise<SealingKeys> {
  const path = join(dir, KEY_FILE);
  try {
    const text = await readKeyFile(dir, path);
    if (text === null) throw new KeyFileError('unusable', `the key file ${path} is gone`);
    const { lasting, accounts, later = random(ROOT_KEY_BYTES) } = parseKeyFile(path, text);
    const held = epochs.map((epoch) => [epoch, accounts.get(epoch) ?? random(ROOT_KEY_BYTES)] as const);
    const changed = { lasting, accounts: new Map(held) };
    await replaceKeyFile(dir, path, rotatedText(changed, later));
    return sealingKeys(changed);
  } catch (cause) {
    if (cause instanceof KeyFileError || cause instanceof DiskFull) throw cause;
    throw new KeyFileError('unusable', `the key file ${path} cannot be changed`, { cause });
  }
}

/** Who may write where the directory stands can put another in its place, keys, tokens and all. */
async function refuseOpenPlace(place: string): Promise<void> {
  if (((await stat(place)).mode & WRITABLE_BY_ANYONE) === 0) return;
  throw new KeyFileError('exposed', `any user can replace what is in ${place}: run chmod o-w ${place}`);
}

async function readKeyFile(dir: string, path: string): Promise<string | null> {
  const status = await stat(path).catch((error: unknown) => {
    if (isSystemError(error, 'ENOENT')) return null;
    throw error;
  });
  if (status === null) return null;
  if ((status.mode & GROUP_AND_OTHERS) !== 0) {
    throw new KeyFileError('exposed', `other users can read the key file ${path}: run chmod 600 ${path}`);
  }
  if (((await stat(dir)).mode & WRITABLE_BY_OTHERS) !== 0) {
    throw new KeyFileError('exposed', `other users can replace the key file in ${dir}: run chmod 700 ${dir}`);
  }
  return readFile(path, 'utf8');
}

/** Of two processes that do it at once, one: the first key stays. */
async function createKeyFile(path: string, root: Uint8Array): Promise<void> {
  const content = { format: FORMAT, epoch: FIRST_EPOCH, root: hex(root) };
  await createDurably(path, `${JSON.stringify(content)}\n`);
}

/** By the owner of the directory alone: what other processes left beside it may hold a key that is to be destroyed. */
async function replaceKeyFile(dir: string, path: string, text: string): Promise<void> {
  for (const name of await readdir(dir)) if (isDraft(name)) await rm(join(dir, name));
  await replaceDurably(path, text);
}

function isDraft(name: string): boolean {
  return name.startsWith(`${KEY_FILE}.`) && name.endsWith('.new');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function parseKeyFile(path: string, text: string): KeyBytes & Partial<RotatedKeys> {
  const match = /^\{"format":(\d+),"epoch":(\d+),"root":"([0-9a-f]{64})"\}\n$/.exec(text);
  const [, format, epoch, root] = match ?? [];
  if (format === String(FORMAT) && epoch !== undefined && root !== undefined)
    return derivedBytes(Buffer.from(root, 'hex'), Number(epoch));
  const rotated = rotatedKeys(text);
  if (rotated !== null) return rotated;
  const advice = 'restore it from a backup; with another key every sealed identity would be a new one';
  throw new KeyFileError(
    'malformed',
    `the key file ${path} is not of format ${FORMAT} or ${ROTATED_FORMAT}: ${advice}`,
  );
}
