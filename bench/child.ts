import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Cores as `taskset -c` reads them; on other systems than Linux nothing is pinned. */
export type Cores = '0' | '1' | '0,1' | null;

/** A run that takes longer hangs, or measures something that nobody will wait for. */
const LIMIT_MS = 20 * 60_000;

/**
 * Runs a file of this folder in a process of its own, so that no run inherits another's heap or compiled
 * code, and reads the JSON object that it prints.
 */
export async function runChild(
  file: string,
  input: unknown,
  cores: Cores,
  flags: readonly string[] = [],
): Promise<unknown> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const node = [process.execPath, ...flags, path, JSON.stringify(input)];
  const [command = '', ...args] =
    cores === null || process.platform !== 'linux' ? node : ['taskset', '-c', cores, ...node];
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: LIMIT_MS });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw new Error(`bench: ${file} ended with ${String(code ?? signal)}`);
  return JSON.parse(output);
}

/** In a child: what it was given. */
export function inputOf(): unknown {
  return JSON.parse(process.argv[2] ?? 'null');
}

/** In a child: gives back its one object. */
export function giveBack(result: unknown): void {
  process.stdout.write(JSON.stringify(result));
}

/** Starts a file of this folder as a server, and waits for the first message: where it listens. */
export async function startServer(
  file: string,
  args: readonly string[],
): Promise<{ server: ChildProcess; first: unknown }> {
  const server = fork(fileURLToPath(new URL(file, import.meta.url)), args);
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`bench: ${file} ended with ${String(code)} before it listened`);
  });
  const [first] = (await Promise.race([once(server, 'message'), ended])) as [unknown];
  ended.catch(() => undefined);
  return { server, first };
}

export async function stopServer(server: ChildProcess): Promise<void> {
  const ended = once(server, 'exit');
  server.disconnect();
  await ended;
}
