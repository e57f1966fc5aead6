import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { replaceDurably, syncDirectory } from '../files/index.ts';
import type { UserId } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';

const OWED = 'erasure.json';
const Note = z.object({ users: z.array(z.string().startsWith('usr_')) });

/** An erasure drops all that was written before it, whoever it is about. */
export const FINISHED_BY = 'The next stance privacy erase, of anybody, finishes it.';

/** Written before anything is erased, so that a crash in between is made up for at the next start. Nobody: it is taken back. */
export async function noteOwed(dir: string, users: readonly UserId[]): Promise<void> {
  if (users.length === 0) return clearOwed(dir);
  await replaceDurably(join(dir, OWED), `${JSON.stringify({ users })}\n`);
}

/**
 * Whom a process that ended had begun to erase.
 * @throws OperationError `erasure_unreadable`
 */
export function owedErasure(dir: string): readonly UserId[] {
  const path = join(dir, OWED);
  if (!existsSync(path)) return [];
  const note = Note.safeParse(parsed(readFileSync(path, 'utf8')));
  if (note.success) return note.data.users as readonly string[] as readonly UserId[];
  throw new OperationError(
    'erasure_unreadable',
    `${path} cannot be read: it names whom an unfinished erasure was to forget, who may be found in what was written before. ${FINISHED_BY}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function clearOwed(dir: string): Promise<void> {
  for (const end of ['', '.new']) rmSync(join(dir, `${OWED}${end}`), { force: true });
  await syncDirectory(dir);
}
