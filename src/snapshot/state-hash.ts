import { createHash } from 'node:crypto';
import { canonicalJson, type Stateful } from '../model/index.ts';
import { StateEncoder } from './encoder.ts';
import type { SectionKind, SectionSink } from './section.ts';

/** Small texts are hashed together. */
const GATHERED_CHARACTERS = 16_384;

/** SHA-256 over all that a state says of itself, each section with its kind, name, length and count. */
export class HashSink implements SectionSink {
  readonly ofDerived = null;
  readonly #hash = createHash('sha256');
  #gathered = '';
  #length = 0;

  begin(kind: SectionKind, name: string): void {
    this.#gathered += `${kind} ${name}\n`;
    this.#length = 0;
  }

  value(value: unknown): void {
    const text = canonicalJson(value);
    this.#gathered += `${text}\n`;
    this.#length += text.length;
    if (this.#gathered.length >= GATHERED_CHARACTERS) this.#flush();
  }

  write(bytes: Uint8Array): void {
    this.#flush();
    this.#hash.update(bytes);
    this.#length += bytes.length;
  }

  end(count: number): void {
    this.#gathered += `\n${this.#length} ${count}\n`;
  }

  digest(): string {
    this.#flush();
    return this.#hash.digest('hex');
  }

  #flush(): void {
    this.#hash.update(this.#gathered);
    this.#gathered = '';
  }
}

/** A hash of a state: equal for states that a snapshot could not tell apart. */
export function hashOf(state: Stateful): string {
  const sink = new HashSink();
  state.save(new StateEncoder(sink));
  return sink.digest();
}
