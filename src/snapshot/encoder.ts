import type { ColumnPage, StateWriter } from '../model/index.ts';
import { kindOf, rowBytes, type SectionKind, type SectionMemory, type SectionSink } from './section.ts';
import { encodeTexts, TEXTS_PER_BATCH } from './texts.ts';

/** The one way out of a state: whatever takes what it says, file or hash, takes the same. */
export class StateEncoder implements StateWriter {
  readonly #sink: SectionSink;
  readonly #path: string;
  readonly #memory: SectionMemory;
  readonly #names = new Set<string>();

  constructor(sink: SectionSink, path = '', memory: SectionMemory = 'own') {
    this.#sink = sink;
    this.#path = path;
    this.#memory = memory;
  }

  plain(name: string, value: unknown): void {
    this.#begin('plain', name);
    this.#sink.value(value);
    this.#sink.end(1);
  }

  records(name: string, values: Iterable<unknown>): void {
    this.#begin('records', name);
    let count = 0;
    for (const value of values) {
      this.#sink.value(value);
      count++;
    }
    this.#sink.end(count);
  }

  texts(name: string, values: Iterable<string>): void {
    this.#begin('texts', name);
    let batch: string[] = [];
    let count = 0;
    for (const text of values) {
      batch.push(text);
      count++;
      if (batch.length < TEXTS_PER_BATCH) continue;
      this.#sink.write(encodeTexts(batch));
      batch = [];
    }
    if (batch.length > 0) this.#sink.write(encodeTexts(batch));
    this.#sink.end(count);
  }

  column(name: string, pages: Iterable<ColumnPage>, rows: number): void {
    const [first, ...others] = rows === 0 ? [] : pages;
    this.#begin(first === undefined ? 'empty' : kindOf(first), name);
    let left = rows;
    for (const page of first === undefined ? [] : [first, ...others]) {
      const taken = Math.min(left, page.length);
      this.#sink.write(new Uint8Array(page.buffer, page.byteOffset, taken * rowBytes(kindOf(page))));
      left -= taken;
    }
    if (left > 0) throw new RangeError(`column ${name}: its pages end ${left} rows early`);
    this.#sink.end(rows);
  }

  part(name: string): StateEncoder {
    return StateEncoder.#part(this.#sink, this.#claim(name), this.#memory);
  }

  derived(name: string): StateEncoder | null {
    const path = this.#claim(name);
    const sink = this.#sink.ofDerived;
    return sink === null ? null : StateEncoder.#part(sink, path, 'shared');
  }

  static #part(sink: SectionSink, path: string, memory: SectionMemory): StateEncoder {
    sink.begin('part', path, memory);
    sink.end(0);
    return new StateEncoder(sink, `${path}/`, memory);
  }

  #begin(kind: SectionKind, name: string): void {
    this.#sink.begin(kind, this.#claim(name), this.#memory);
  }

  #claim(name: string): string {
    const path = `${this.#path}${name}`;
    if (name === '' || name.includes('/')) throw new TypeError(`"${path}" cannot be the name of a section`);
    if (this.#names.has(name)) throw new TypeError(`the section ${path} is written twice`);
    this.#names.add(name);
    return path;
  }
}
