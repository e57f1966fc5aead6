import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Origin } from '../model/index.ts';

/** How far a sink is: the last change that its receiver has, or that is below its minimum level. */
export type Cursor = Origin;

const count = z.int().nonnegative();
const CursorFile = z.strictObject({ format: z.literal(1), record: count, ordinal: count });

/** A file is no cursor: to begin anew would lose or repeat, so that somebody has to say which. */
class DamagedCursor extends Error {
  readonly code = 'damaged_cursor';
}

/** `null` where there is none yet. @throws DamagedCursor */
export async function readCursor(path: string): Promise<Cursor | null> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw cause;
  });
  if (text === null) return null;
  const parsed = CursorFile.safeParse(parsedOrNull(text));
  if (parsed.success) return { record: parsed.data.record, ordinal: parsed.data.ordinal };
  throw new DamagedCursor(
    `${path} is no cursor of this release: restore it from a backup, or remove it to begin anew from what the configuration says`,
  );
}

/** Whole or not at all, and on disk when it resolves: written beside its place and renamed. */
export async function writeCursor(path: string, { record, ordinal }: Cursor): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const draft = `${path}.new`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ format: 1, record, ordinal })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
