import type { Sink } from './sink.ts';
import type { Source } from './source.ts';

/** How one value stands in a frame: both directions, described once. */
export interface Field<T> {
  write(sink: Sink, value: T): void;
  read(source: Source): T;
}

/** One of which a value may be large. */
export interface LargeField<T> extends Field<T> {
  /** Writes the same bytes, in small steps. */
  writing(sink: Sink, value: T): Generator<void, void>;
}

export const number: Field<number> = {
  write: (sink, value) => sink.number(value),
  read: (source) => source.number(),
};

/** A number that runs on from event to event; each lane runs by itself. */
export function running(lane: number): Field<number> {
  return {
    write: (sink, value) => sink.step(lane, value),
    read: (source) => source.step(lane),
  };
}

/**
 * A text, once per frame. Words of closed vocabularies are texts too: a number in their place would make the
 * order of a vocabulary part of the format.
 */
export function text<T extends string = string>(): Field<T> {
  return {
    write: (sink, value) => sink.text(value),
    read: (source) => source.text() as T,
  };
}

/** A value that needs no bytes: the kind of a record is known from its place. */
export function constant<const T>(value: T): Field<T> {
  return { write: () => undefined, read: () => value };
}

const VALUES_PER_STEP = 128;

export function list<T>(of: Field<T>): LargeField<readonly T[]> {
  return {
    write(sink, values) {
      sink.varint(values.length);
      for (const value of values) of.write(sink, value);
    },
    *writing(sink, values) {
      sink.varint(values.length);
      for (const [index, value] of values.entries()) {
        of.write(sink, value);
        if (index % VALUES_PER_STEP === 0) yield;
      }
    },
    read(source) {
      const values: T[] = [];
      for (let left = source.count(); left > 0; left--) values.push(of.read(source));
      return values;
    },
  };
}
