import type { ColumnPage, StateWriter } from '../model/index.ts';

/** A state written down as plain data, for a hash over it. */
export class PlainState implements StateWriter {
  readonly said: Record<string, unknown> = {};

  plain(name: string, value: unknown): void {
    this.said[name] = value;
  }

  records(name: string, values: Iterable<unknown>): void {
    this.said[name] = [...values];
  }

  texts(name: string, values: Iterable<string>): void {
    this.said[name] = [...values];
  }

  column(name: string, pages: Iterable<ColumnPage>, rows: number): void {
    const numbers: (number | string)[] = [];
    for (const page of pages) for (const value of page) numbers.push(asJson(value));
    this.said[name] = numbers.slice(0, rows);
  }

  part(name: string): PlainState {
    const part = new PlainState();
    this.said[name] = part.said;
    return part;
  }

  /** No hash is over what follows from the rest. */
  derived(): null {
    return null;
  }
}

function asJson(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
