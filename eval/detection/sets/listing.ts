import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface Listing {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** What a folder holds, by name, links followed; what a link leads nowhere is left out. */
export async function listing(folder: string): Promise<Listing> {
  const folders: string[] = [];
  const files: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const entry = await stat(join(folder, name)).catch(() => null);
    if (entry?.isDirectory() === true) folders.push(name);
    else if (entry?.isFile() === true) files.push(name);
  }
  return { folders, files };
}
