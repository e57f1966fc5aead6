import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Runs a program of a few lines in a process that may write nothing to any file, as on a full disk.
 * @returns what it printed
 */
export async function onFullDisk(program: string): Promise<string> {
  const script = 'ulimit -f 0; exec "$0" --input-type=module --eval "$1"';
  const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, program]);
  return stdout;
}

/** The code of this repository, for such a program. */
export function moduleOf(path: string): string {
  return JSON.stringify(new URL(`../${path}`, import.meta.url).href);
}
