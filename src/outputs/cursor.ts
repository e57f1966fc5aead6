import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceDurably } from '../files/index.ts';
import { jsonIn, type Origin } from '../model/index.ts';

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
  const bytes = await readIfThere(path);
  if (bytes === null) return null;
  const parsed = CursorFile.safeParse(jsonIn(bytes.toString()));
  if (parsed.success) return { record: parsed.data.record, ordinal: parsed.data.ordinal };
  throw new DamagedCursor(
    `${path} is no cursor of this release: restore it from a backup, or remove it to begin anew from what the configuration says`,
  );
}

/** On disk when it resolves. */
export async function writeCursor(path: string, { record, ordinal }: Cursor): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await replaceDurably(path, `${JSON.stringify({ format: 1, record, ordinal })}\n`);
}
