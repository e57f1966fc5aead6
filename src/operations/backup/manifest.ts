import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceDurably } from '../../files/index.ts';
import { OperationError } from '../../refusals/index.ts';

/**
 * A backup is a directory of plain files, named as in a data directory, and two more: `manifest.json` says what they
 * must be, and `manifest.json.sha256` what it must be itself, as `sha256sum -c` reads it. The sums find damage; they
 * are no signature.
 */
const MANIFEST = 'manifest.json';
const MANIFEST_SUM = `${MANIFEST}.sha256`;
/** Format 1 had the whole journal and no snapshot. */
const FORMAT = 2;

/**
 * A file of a data directory, at most one folder deep: nothing that could lead elsewhere. Whatever stands beside the keys was
 * backed up with them, an editor's copy too, and must not make a backup worthless.
 */
const FILE_PATH = /^(?:[a-z]{1,32}\/)?(?!\.{1,2}$)[^/\0]{1,255}$/;
const SHA256 = z.string().regex(/^[0-9a-f]{64}$/);
const Manifest = z.strictObject({
  format: z.literal([1, FORMAT]),
  /** The release that made it. */
  stance: z.string(),
  created_at: z.iso.datetime(),
  /** Snapshot and journal together hold what follows from records 0 to `records` − 1. */
  records: z.int().nonnegative(),
  /** Of the state that follows from these records. */
  state_hash: SHA256,
  files: z.array(
    z.strictObject({ path: z.string().regex(FILE_PATH), bytes: z.int().nonnegative(), sha256: SHA256 }),
  ),
});

export type BackupManifest = Omit<z.infer<typeof Manifest>, 'format'>;
export type BackupFile = BackupManifest['files'][number];

/** On disk when it resolves. */
export async function writeManifest(dir: string, manifest: BackupManifest): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, ...manifest }, null, 2)}\n`;
  await replaceDurably(join(dir, MANIFEST), text);
  await replaceDurably(join(dir, MANIFEST_SUM), sumLine(Buffer.from(text)));
}

/** @throws OperationError `not_a_backup`, `damaged_backup`, or `newer_format` for one of a later release */
export async function readManifest(dir: string): Promise<BackupManifest> {
  const path = join(dir, MANIFEST);
  const text = await bytesOf(path);
  const sum = await bytesOf(join(dir, MANIFEST_SUM));
  if (text === null || sum === null) {
    const missing = text === null ? MANIFEST : MANIFEST_SUM;
    throw new OperationError(
      'not_a_backup',
      `${dir} is not a backup: it has no ${missing}. Give the directory that stance backup made.`,
    );
  }
  if (sum.toString('utf8') !== sumLine(text)) throw damaged(path, `it does not match ${MANIFEST_SUM}`);
  return parse(path, text.toString('utf8'));
}

export function damaged(path: string, what: string): OperationError {
  const advice = 'Nothing was restored; use another backup';
  return new OperationError('damaged_backup', `${path} is damaged: ${what}. ${advice}.`);
}

function parse(path: string, text: string): BackupManifest {
  const content: unknown = JSON.parse(text);
  const version = z.object({ format: z.int() }).safeParse(content);
  if (version.success && version.data.format > FORMAT) {
    throw new OperationError(
      'newer_format',
      `${path} has format ${version.data.format}; this release reads ${FORMAT}: use a newer release.`,
    );
  }
  const manifest = Manifest.safeParse(content);
  if (manifest.success) return manifest.data;
  throw damaged(path, `the field "${manifest.error.issues[0]?.path.join('.') ?? ''}" is wrong`);
}

function sumLine(manifest: Buffer): string {
  return `${createHash('sha256').update(manifest).digest('hex')}  ${MANIFEST}\n`;
}

/** `null` where there is no such file. */
async function bytesOf(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperationError('unreadable', `${path} cannot be read: ${reason}.`, { cause });
  }
}
