import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceDurably, syncDirectory } from '../files/index.ts';
import type { UserId } from '../model/index.ts';

const OWED = 'erasure.json';

/** Written before anything is erased, so that a crash in between is made up for at the next start. Nobody: it is taken back. */
export async function noteOwed(dir: string, users: readonly UserId[]): Promise<void> {
  if (users.length === 0) return clearOwed(dir);
  await replaceDurably(join(dir, OWED), `${JSON.stringify({ users })}\n`);
}

/** Whom a process that ended had begun to erase. */
export function owedErasure(dir: string): readonly UserId[] {
  const path = join(dir, OWED);
  if (!existsSync(path)) return [];
  const { users } = JSON.parse(readFileSync(path, 'utf8')) as { readonly users: readonly UserId[] };
  return users;
}

async function clearOwed(dir: string): Promise<void> {
  for (const end of ['', '.new']) rmSync(join(dir, `${OWED}${end}`), { force: true });
  await syncDirectory(dir);
}
