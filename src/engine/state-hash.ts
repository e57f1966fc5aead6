import { createHash, type Hash } from 'node:crypto';
import type { ColumnPage, Stateful, StateWriter } from '../model/index.ts';

/**
 * A hash of the whole state, for the promise that the same journal gives the same bits. Objects are
 * written with their keys in order, numbers by their shortest exact text.
 */
export function stateHash(state: unknown): string {
  const hash = createHash('sha256');
  write(state, (text) => hash.update(text));
  return hash.digest('hex');
}

/** A hash of all that a state writes down. */
export function bitsOf(state: Stateful): string {
  const hash = createHash('sha256');
  state.save(new Hashed(hash));
  return hash.digest('hex');
}

class Hashed implements StateWriter {
  readonly #hash: Hash;

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  plain(name: string, value: unknown): void {
    write([name, value], (text) => this.#hash.update(text));
  }

  records(name: string, values: Iterable<unknown>): void {
    this.plain(name, [...values]);
  }

  texts(name: string, values: Iterable<string>): void {
    this.plain(name, [...values]);
  }

  column(name: string, pages: Iterable<ColumnPage>, rows: number): void {
    this.plain(name, rows);
    let left = rows;
    for (const page of pages) {
      this.#hash.update(page.subarray(0, left));
      left = Math.max(0, left - page.length);
    }
  }

  part(name: string): StateWriter {
    this.plain('part', name);
    return this;
  }
}

function write(value: unknown, emit: (text: string) => void): void {
  if (Array.isArray(value)) {
    emit('[');
    for (const each of value) {
      write(each, emit);
      emit(',');
    }
    emit(']');
    return;
  }
  if (value !== null && typeof value === 'object') {
    emit('{');
    for (const [key, each] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (each === undefined) continue;
      emit(`${JSON.stringify(key)}:`);
      write(each, emit);
      emit(',');
    }
    emit('}');
    return;
  }
  emit(Object.is(value, -0) ? '0' : (JSON.stringify(value) ?? 'null'));
}
