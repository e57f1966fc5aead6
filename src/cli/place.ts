import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openOperations } from '../app/index.ts';
import { loadConfig, type StanceConfig } from '../config/index.ts';
import { type Progress, realEffects } from '../effects/index.ts';
import type { Operations } from '../operations/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { Invocation } from './command.ts';
import { reporter } from './log.ts';
import { REAL_DATA } from './options.ts';
import { progressLine } from './progress.ts';

/** Where a command works, and how that is configured. */
export interface Place {
  /** Absolute, and there. */
  readonly dir: string;
  readonly config: StanceConfig;
}

/** The data directory: the flag before the environment before the default. Absolute; it may be missing. */
export function dataDirectory({ args, environment }: Invocation, fallback: string = REAL_DATA): string {
  return resolve((args.isGiven('data') ? args.text('data') : environment.data) ?? fallback);
}

/** A mistyped name, and the place of a disk that is not mounted, look like a fleet of which nothing is known. */
function refuseMissing(dir: string): void {
  if (!existsSync(dir))
    throw new OperationError(
      'missing_directory',
      `There is no data directory ${dir}: name it with --data DIR.`,
    );
  if (statSync(dir).isDirectory() && readdirSync(dir).length === 0)
    throw new OperationError(
      'missing_directory',
      `The data directory ${dir} is empty: name another with --data DIR, or mount its disk. Nothing was made.`,
    );
}

/** The data directory with its configuration; where it is missing, a command that begins one makes it, for its owner only. */
export function openPlace(invocation: Invocation, fallback: string = REAL_DATA): Place {
  const { args, command, environment, terminal } = invocation;
  const dir = dataDirectory(invocation, fallback);
  if (command.begins !== true) refuseMissing(dir);
  const config = loadConfig({
    dir,
    file: args.text('config') ?? environment.config,
    environment: environment.settings,
    flags: args.settings(),
  });
  if (!existsSync(dir)) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    if (!terminal.isJson) terminal.tell(`Created the data directory ${dir}`);
  }
  return { dir, config };
}

interface OpenSettings {
  readonly fallback?: string;
  /** Leaves the journal as it is, for a simulation. */
  readonly unconfigured?: boolean;
  /** Leaves everything as it is. */
  readonly isLookedAt?: boolean;
}

/** An owner that opens a large fleet, or is about to end, is waited for so long. */
const PATIENCE_MS = 5 * 60_000;
const AGAIN_AFTER_MS = 200;

/** Opens the directory, as its owner or as a thin client of the owner, for one piece of work. */
export async function withOperations<T>(
  invocation: Invocation,
  work: (operations: Operations, progress: Progress, config: StanceConfig) => Promise<T>,
  { fallback = REAL_DATA, unconfigured = false, isLookedAt = false }: OpenSettings = {},
): Promise<T> {
  const { terminal } = invocation;
  const { dir, config } = openPlace(invocation, fallback);
  const progress = progressLine(terminal);
  const request = { dir, config, unconfigured, isLookedAt, onProgress: progress.report };
  try {
    for (let waited = 0; ; waited += AGAIN_AFTER_MS) {
      const open = await openOperations(request, realEffects(reporter(terminal)));
      try {
        return await work(open.operations, progress.report, config);
      } catch (cause) {
        if (open.owned || waited >= PATIENCE_MS || !isUnheard(cause)) throw cause;
      } finally {
        await open.close();
      }
      progress.report({ what: 'Waiting for another command on this directory', share: null });
      await pause(AGAIN_AFTER_MS);
    }
  } finally {
    progress.end();
  }
}

/** The owner does not listen yet, or no more, and took nothing of it. */
function isUnheard(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'not_running';
}

/** The owner ended, before it took anything or while it answered: of what only reads, the next owner can be asked again. */
export function isOwnerGone(cause: unknown): boolean {
  return isUnheard(cause) || (cause instanceof Error && 'code' in cause && cause.code === 'connection_lost');
}

/** Who caused a record: the command, never a person. */
export function actorOf({ command }: Invocation): string {
  return `stance ${command.name}`;
}
