import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../refusals/index.ts';
import type { Followed } from './follower.ts';

/** What the follower's process says before it ends. */
export type FollowerMessage =
  | { readonly ok: true; readonly followed: Followed }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** From the sources, or built: the file beside this one. */
const PROGRAM = fileURLToPath(new URL(`snapshot-process${extname(import.meta.url)}`, import.meta.url));

export interface RunningFollower {
  /** @throws OperationError what the follower failed at, or `follower_ended` where it did not say. */
  readonly done: Promise<Followed>;
  stop(): void;
}

/** Starts a follower: see `follower.ts`. */
export function startFollower(dir: string, upTo: number): RunningFollower {
  const child = fork(PROGRAM, [dir, String(upTo)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'json',
  });
  return { done: outcomeOf(child), stop: () => void child.kill('SIGKILL') };
}

async function outcomeOf(child: ChildProcess): Promise<Followed> {
  let said: FollowerMessage | null = null;
  let complaint = '';
  child.on('message', (message) => (said = message as FollowerMessage));
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (complaint = `${complaint}${text}`.slice(-2_000)));
  await new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', (cause) => {
      complaint = cause.message;
      resolve();
    });
  });
  const message = said as FollowerMessage | null;
  if (message?.ok === true) return message.followed;
  throw message === null
    ? new OperationError(
        'follower_ended',
        `The process that writes snapshots ended early. ${complaint}`.trim(),
      )
    : new OperationError(message.code, message.message);
}
