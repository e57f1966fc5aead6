import type { Writable } from 'node:stream';
import type { Screen } from './terminal.ts';

/** A stream of the process; Node keeps standard error open whatever a write comes to. */
type Stream = Writable & Pick<Screen, 'isTTY' | 'columns'>;

/**
 * Standard error whose disk may be full, or whose reader gone: what cannot be written is dropped and counted, and the
 * count is told once something can be written again. Nobody's data waits for a line of the log.
 */
export class UnfailingScreen implements Screen {
  readonly #stream: Stream;
  readonly #tally: (lost: number) => string;
  #lost = 0;

  /** @param tally what is written of so many lost pieces */
  constructor(stream: Stream, tally: (lost: number) => string) {
    this.#stream = stream;
    this.#tally = tally;
    // Each failed write tells of itself; without a listener the process would end by it.
    stream.on('error', () => undefined);
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    return this.#stream.columns ?? 80;
  }

  write(text: string): void {
    this.#stream.write(text, (cause) => {
      if (cause !== undefined && cause !== null) this.#lost++;
      else if (this.#lost > 0) this.#tell();
    });
  }

  #tell(): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#stream.write(this.#tally(lost), (cause) => {
      if (cause !== undefined && cause !== null) this.#lost += lost;
    });
  }
}
