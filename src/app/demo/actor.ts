import { type ChildProcess, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperationError } from '../../refusals/index.ts';

interface Reply {
  readonly value?: unknown;
  readonly error?: string;
}

/** Somebody of the demonstration in a process of its own, who does what is asked one thing after the other. */
export interface Actor {
  readonly child: ChildProcess;
  /** @throws OperationError `demo_failed` */
  ask(request: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** @param name of a file beside this one, without its ending */
export function startActor(name: string): Actor {
  const program = fileURLToPath(new URL(`${name}${extname(import.meta.url)}`, import.meta.url));
  const child = fork(program, [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  });
  const ended = new Promise<Reply>((resolve) => {
    child.once('exit', (code) => resolve({ error: `it ended with ${String(code)}` }));
  });
  return {
    child,
    async ask(request) {
      const answered = new Promise<Reply>((resolve) => {
        // Only `play` is at the other end.
        child.once('message', (message) => resolve(message as Reply));
      });
      child.send(request as object);
      const { value, error } = await Promise.race([answered, ended]);
      if (error !== undefined) throw new OperationError('demo_failed', `${name}: ${error}`);
      return value;
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the actor's process: answers each request, and ends with whoever started it. */
export function play(answer: (request: unknown) => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(0));
  process.on('message', (request) => {
    void answer(request).then(
      (value) => process.send?.({ value } satisfies Reply),
      (cause: unknown) =>
        process.send?.({ error: cause instanceof Error ? cause.message : String(cause) } satisfies Reply),
    );
  });
}
