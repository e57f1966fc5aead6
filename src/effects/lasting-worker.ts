import { Worker } from 'node:worker_threads';

/**
 * A thread of which a process has one, started when it is first needed and kept: starting costs some tenths of a second, and it is
 * warm then.
 */
export class LastingWorker {
  readonly #entry: URL;
  #thread: Worker | null = null;

  constructor(entry: URL) {
    this.#entry = entry;
  }

  /** The thread as it runs; a new one where the last has ended. */
  running(): Worker {
    if (this.#thread !== null) return this.#thread;
    const started = new Worker(this.#entry);
    // It never keeps the process alive: whoever waits for its answer does.
    started.unref();
    started.once('exit', () => (this.#thread = null));
    this.#thread = started;
    return started;
  }
}

/** The file that a thread begins with: a source in a checkout, a built file in an installed package. */
export function workerEntry(name: string, beside: string): URL {
  return new URL(`${name}.${beside.endsWith('.ts') ? 'ts' : 'js'}`, beside);
}
