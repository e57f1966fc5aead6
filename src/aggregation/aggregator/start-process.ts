import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AggregatorMessage, AggregatorProcessInput } from './process-messages.ts';

const PROGRAM = fileURLToPath(new URL(`process${extname(import.meta.url)}`, import.meta.url));

/** The aggregator could not start: why, in words for its operator. */
class AggregatorError extends Error {
  override readonly name = 'AggregatorError';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface AggregatorProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** Processor time since it listened. */
  cpuMs(): Promise<number>;
  /** Resolves with its exit code. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/**
 * Starts the aggregator in a process of its own. Its log goes to `stderr` of this one, or nowhere.
 * @throws AggregatorError
 */
export async function startAggregator(
  input: AggregatorProcessInput,
  log: 'inherit' | 'ignore' = 'inherit',
): Promise<AggregatorProcess> {
  const child = fork(PROGRAM, [JSON.stringify(input)], {
    stdio: ['ignore', 'ignore', log, 'ipc'],
    execArgv: [],
  });
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 0 : 1)));
  });
  const first = await Promise.race([nextMessage(child), ended]);
  if (typeof first === 'number')
    throw new AggregatorError('ended', `the aggregator ended with ${first} before it listened`);
  if (first.what === 'failed') throw new AggregatorError(first.code, first.message);
  const { cpuMicroseconds } = first;
  return {
    child,
    ended,
    port: first.what === 'listening' ? first.port : 0,
    async cpuMs() {
      const answer = nextMessage(child);
      child.send('usage');
      const usage = await answer;
      return usage.what === 'usage' ? (usage.cpuMicroseconds - cpuMicroseconds) / 1_000 : Number.NaN;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function nextMessage(child: ChildProcess): Promise<AggregatorMessage> {
  // Only `process.ts` is at the other end.
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as AggregatorMessage));
  });
}
