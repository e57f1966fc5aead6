import { createHash } from 'node:crypto';
import type { Stateful } from '../model/index.ts';
import { StateEncoder } from './encoder.ts';
import type { SectionKind, SectionSink } from './section.ts';

/** SHA-256 over all that a state says of itself, each section with its kind, name, length and count. */
export class HashSink implements SectionSink {
  readonly #hash = createHash('sha256');
  #bytes = 0;

  begin(kind: SectionKind, name: string): void {
    this.#hash.update(`${kind} ${name}\n`);
    this.#bytes = 0;
  }

  write(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  end(count: number): void {
    this.#hash.update(`\n${this.#bytes} ${count}\n`);
  }

  digest(): string {
    return this.#hash.digest('hex');
  }
}

/** A hash of a state: equal for states that a snapshot could not tell apart. */
export function hashOf(state: Stateful): string {
  const sink = new HashSink();
  state.save(new StateEncoder(sink));
  return sink.digest();
}
