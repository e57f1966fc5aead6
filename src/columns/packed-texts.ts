import type { StateReader, Stateful, StateWriter } from '../model/index.ts';
import { PAGE_ROWS, type Uint32Column } from './column.ts';
import { HashIndex } from './hash-index.ts';
import { LONGEST_RUN, runLength } from './run-length.ts';
import { Runs } from './runs.ts';
import { Table } from './table.ts';
import { hashOfBytes, hashOfText } from './text-hash.ts';

/** How the units of a text are kept: a byte each, two bytes each, or outside of the runs, where none is long enough. */
const FORMS = { none: 0, latin1: 1, wide: 2, long: 3 } as const;

/**
 * As {@link Texts}, for a great many of them: their bytes lie beside each other, where the garbage collector does not
 * look, and are read back from a snapshot as they are. Telling the number of a text, and of a number whether it is that text, costs
 * no more than there; the text of a number is put together each time.
 */
export class PackedTexts implements Stateful {
  readonly #rows = new Table();
  readonly #holders = this.#rows.u32('holders');
  readonly #form = this.#rows.u8('form');
  readonly #units = this.#rows.u16('units');
  readonly #begin = this.#rows.u32('begin');
  readonly #runs = new Runs();
  readonly #bytes = this.#runs.u8('bytes');
  readonly #long = new Map<number, string>();
  readonly #index = new HashIndex();
  /** What was found last: several questions about one text come one after the other. */
  #lastText: string | null = null;
  #lastNumber = 0;

  /** A number beside each text, zero for a new one. */
  readonly #beside: Uint32Column | null;

  /** @param beside the name of a column beside the texts */
  constructor(beside: string | null = null) {
    this.#beside = beside === null ? null : this.#rows.u32(beside);
    // Number 0 is none.
    this.#rows.add();
  }

  get size(): number {
    return this.#index.size;
  }

  /** One more than the highest number ever used. */
  get end(): number {
    return this.#rows.end;
  }

  /** What stands beside the texts, by their numbers. */
  get beside(): Uint32Column {
    if (this.#beside === null) throw new Error('texts: nothing stands beside them');
    return this.#beside;
  }

  /** The text's number, held once more. */
  hold(text: string): number {
    const hash = hashOfText(text);
    const slot = this.#slotOf(text, hash);
    if (slot !== -1) {
      const known = this.#index.at(slot);
      this.#holders.set(known, this.#holders.at(known) + 1);
      return known;
    }
    const number = this.#rows.add();
    this.#write(number, text);
    this.#holders.set(number, 1);
    this.#index.add(hash, number);
    return number;
  }

  /** Held once less. */
  release(number: number): void {
    if (number === 0) return;
    const left = this.#holders.at(number) - 1;
    this.#holders.set(number, left);
    if (left > 0) return;
    const text = this.at(number);
    this.#lastText = null;
    this.#index.remove(this.#slotOf(text, hashOfText(text)));
    this.#clear(number);
    this.#rows.remove(number);
  }

  /** The text's number where somebody holds it, else 0. */
  find(text: string): number {
    if (text === this.#lastText) return this.#lastNumber;
    const slot = this.#slotOf(text, hashOfText(text));
    if (slot === -1) return 0;
    this.#lastText = text;
    this.#lastNumber = this.#index.at(slot);
    return this.#lastNumber;
  }

  /** As their texts are ordered, unit by unit. */
  compare(a: number, b: number): number {
    if (this.#form.at(a) !== FORMS.latin1 || this.#form.at(b) !== FORMS.latin1) {
      return order(this.at(a), this.at(b));
    }
    const [one, other] = [this.#bytes.place(this.#begin.at(a)), this.#bytes.place(this.#begin.at(b))];
    const [units, others] = [this.#units.at(a), this.#units.at(b)];
    for (let i = 0; i < Math.min(units, others); i++) {
      const difference = (one.page[one.start + i] as number) - (other.page[other.start + i] as number);
      if (difference !== 0) return difference;
    }
    return units - others;
  }

  /** Whether somebody holds a text of this number. */
  isHeld(number: number): boolean {
    return this.#holders.at(number) > 0;
  }

  /** Whether this is the text of a number. */
  is(number: number, text: string): boolean {
    const form = this.#form.at(number);
    if (form !== FORMS.latin1) return form === FORMS.none ? text === '' : this.at(number) === text;
    const units = this.#units.at(number);
    if (units !== text.length) return false;
    const { page, start } = this.#bytes.place(this.#begin.at(number));
    for (let i = 0; i < units; i++) if (page[start + i] !== text.charCodeAt(i)) return false;
    return true;
  }

  /** The text of a number that is held; the empty text for 0. */
  at(number: number): string {
    const form = this.#form.at(number);
    if (form === FORMS.none) return '';
    if (form === FORMS.long) return this.#long.get(number) ?? '';
    const width = form === FORMS.wide ? 2 : 1;
    const { page, start } = this.#bytes.place(this.#begin.at(number));
    const bytes = Buffer.from(page.buffer, page.byteOffset + start, width * this.#units.at(number));
    return bytes.toString(width === 1 ? 'latin1' : 'utf16le');
  }

  save(to: StateWriter): void {
    this.#rows.save(to.part('rows'));
    this.#runs.save(to.part('units'));
    to.records('long', [...this.#long]);
  }

  load(from: StateReader): void {
    if (from.has('texts')) return this.#loadFirstForm(from);
    this.#rows.load(from.part('rows'));
    this.#runs.load(from.part('units'));
    for (const [number, text] of from.records('long') as Iterable<[number, string]>)
      this.#long.set(number, text);
    this.#index.reserve(this.#rows.size);
    for (let number = 1; number < this.#rows.end; number++) {
      if (this.#holders.at(number) > 0) this.#index.add(this.#hashOf(number), number);
    }
  }

  /** As `Texts` writes them down, which stood here in a state of version 1. */
  #loadFirstForm(from: StateReader): void {
    const pages = from.column('holders', 'u32', PAGE_ROWS);
    const [, ...texts] = from.texts('texts');
    const free = (from.plain('free') as number[]).map((number) => number - 1);
    this.restore(
      texts,
      free,
      (place) => pages[Math.floor((place + 1) / PAGE_ROWS)]?.[(place + 1) % PAGE_ROWS] ?? 0,
    );
  }

  /**
   * Into new ones: texts, the first as number 1, as an older release kept them.
   * @param free places of texts that nobody holds, the last freed last
   */
  restore(texts: readonly string[], free: readonly number[], holdersOf = (_place: number) => 1): void {
    const unheld = new Set(free);
    for (const [place, text] of texts.entries()) {
      const number = this.#rows.add();
      if (unheld.has(place)) continue;
      this.#write(number, text);
      this.#holders.set(number, holdersOf(place));
      this.#index.add(hashOfText(text), number);
    }
    for (const place of free) this.#rows.remove(place + 1);
  }

  #hashOf(number: number): number {
    if (this.#form.at(number) !== FORMS.latin1) return hashOfText(this.at(number));
    const { page, start } = this.#bytes.place(this.#begin.at(number));
    return hashOfBytes(page, start, this.#units.at(number));
  }

  #slotOf(text: string, hash: number): number {
    let slot = this.#index.search(hash);
    while (slot !== -1 && !this.is(this.#index.at(slot), text)) slot = this.#index.search(hash, slot);
    return slot;
  }

  #write(number: number, text: string): void {
    const width = isWide(text) ? 2 : 1;
    const length = width * text.length;
    if (length > LONGEST_RUN) {
      this.#form.set(number, FORMS.long);
      this.#long.set(number, text);
      return;
    }
    if (length === 0) return;
    const begin = this.#runs.add(runLength(length));
    const { page, start } = this.#bytes.place(begin);
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      page[start + width * i] = unit & 0xff;
      if (width === 2) page[start + 2 * i + 1] = unit >>> 8;
    }
    this.#form.set(number, width === 2 ? FORMS.wide : FORMS.latin1);
    this.#begin.set(number, begin);
    this.#units.set(number, text.length);
  }

  #clear(number: number): void {
    const form = this.#form.at(number);
    if (form === FORMS.long) this.#long.delete(number);
    if (form !== FORMS.latin1 && form !== FORMS.wide) return;
    const length = this.#units.at(number) * (form === FORMS.wide ? 2 : 1);
    this.#runs.remove(this.#begin.at(number), runLength(length));
  }
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function isWide(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return true;
  return false;
}
