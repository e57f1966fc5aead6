import type { Writable } from 'node:stream';
import type { Screen } from './terminal.ts';

/** A stream of the process; Node keeps standard output open whatever a write comes to. */
type Stream = Writable & Pick<Screen, 'isTTY' | 'columns'>;

/**
 * Standard output, whose reader may have seen enough (`| head`): what comes after that is for nobody, and no fault. That its
 * disk is full is one.
 */
export class AnswerScreen implements Screen {
  readonly #stream: Stream;
  #isUnread = false;
  #fault: Error | null = null;

  constructor(stream: Stream) {
    this.#stream = stream;
    // Without a listener the process would end by it, with what it is about half done.
    stream.on('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EPIPE') this.#isUnread = true;
      else this.#fault ??= cause;
    });
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  /** Nobody reads any more. */
  get isUnread(): boolean {
    return this.#isUnread;
  }

  /** Why something could not be written, where somebody would read it. */
  get fault(): Error | null {
    return this.#fault;
  }

  write(text: string): void {
    if (!this.#isUnread) this.#stream.write(text);
  }

  /** Resolves when all that was written is out, or is for nobody. */
  async flushed(): Promise<void> {
    await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
  }
}
