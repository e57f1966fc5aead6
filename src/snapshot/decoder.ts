import type { ColumnKind, ColumnPage, StateReader } from '../model/index.ts';
import { SnapshotError } from './errors.ts';
import type { Section } from './format.ts';
import type { ColumnMemory } from './column-memory.ts';
import {
  COLUMN_KINDS,
  isColumnKind,
  pageIn,
  rowBytes,
  type SectionKind,
  type SectionMemory,
} from './section.ts';
import { CheckedBytes, type OpenFile, SectionBytes } from './section-bytes.ts';
import { BATCH_HEADER_BYTES, batchBytes, decodeTexts } from './texts.ts';

/** Gives back what a {@link StateEncoder} wrote into a file. */
export class StateDecoder implements StateReader {
  readonly #file: OpenFile;
  readonly #sections: ReadonlyMap<string, Section>;
  readonly #memory: Readonly<Record<SectionMemory, ColumnMemory>>;
  readonly #path: string;

  constructor(
    file: OpenFile,
    sections: ReadonlyMap<string, Section>,
    memory: Readonly<Record<SectionMemory, ColumnMemory>>,
    path = '',
  ) {
    this.#file = file;
    this.#sections = sections;
    this.#memory = memory;
    this.#path = path;
  }

  plain(name: string): unknown {
    const section = this.#find(name, 'plain');
    const json = new CheckedBytes(this.#file, section).take(section.bytes);
    return JSON.parse(json.toString('utf8'));
  }

  *records(name: string): Generator {
    const bytes = new CheckedBytes(this.#file, this.#find(name, 'records'));
    while (!bytes.isAtEnd) {
      const json = bytes.take(bytes.take(4).readUInt32LE());
      yield* JSON.parse(json.toString('utf8')) as unknown[];
    }
  }

  *texts(name: string): Generator<string> {
    const bytes = new CheckedBytes(this.#file, this.#find(name, 'texts'));
    while (!bytes.isAtEnd) {
      // A copy: what follows may take the place of the bytes that were taken.
      const header = Buffer.from(bytes.take(BATCH_HEADER_BYTES));
      yield* decodeTexts(header, bytes.take(batchBytes(header)));
    }
  }

  column(name: string, wanted: ColumnKind | null, pageRows: number): readonly ColumnPage[] {
    const section =
      wanted === null ? this.#find(name, ...COLUMN_KINDS, 'empty') : this.#find(name, wanted, 'empty');
    const { kind, shared } = section;
    if (!isColumnKind(kind)) return [];
    const memory = this.#memory[shared === true ? 'shared' : 'own'];
    const bytes = new SectionBytes(this.#file, section);
    const pageBytes = pageRows * rowBytes(kind);
    const pages: ColumnPage[] = [];
    while (bytes.left > 0) {
      const piece = memory.take(bytes.left, pageBytes);
      bytes.read(new Uint8Array(piece.buffer, piece.byteOffset, Math.min(bytes.left, piece.length)));
      for (let at = 0; at < piece.length; at += pageBytes) {
        pages.push(pageIn(kind, piece.buffer, piece.byteOffset + at, pageRows));
      }
    }
    return pages;
  }

  part(name: string): StateDecoder {
    const { name: path } = this.#find(name, 'part');
    return new StateDecoder(this.#file, this.#sections, this.#memory, `${path}/`);
  }

  derived(name: string): StateDecoder | null {
    return this.has(name) ? this.part(name) : null;
  }

  has(name: string): boolean {
    return this.#sections.has(`${this.#path}${name}`);
  }

  #find(name: string, ...kinds: readonly SectionKind[]): Section {
    const path = `${this.#path}${name}`;
    const section = this.#sections.get(path);
    if (section !== undefined && kinds.includes(section.kind)) return section;
    const found = section === undefined ? 'nothing of that name' : `"${section.kind}"`;
    throw new SnapshotError(
      'other_form',
      `snapshot ${this.#file.name}: "${path}" should be "${kinds[0] ?? ''}", and there is ${found}`,
    );
  }
}
