import type { Field } from './field.ts';
import type { Sink } from './sink.ts';
import { damaged, type Source } from './source.ts';

/** Widths in which a column's numbers stand, as the exponent of two: 1, 2, 4 bytes above its least, or 8 as a float. */
const BYTE = 0;
const SHORT = 1;
const LONG = 2;
const FLOAT = 3;

type Numbers = Float64Array | Uint32Array | Uint16Array | Uint8Array;
interface NumbersOf<T extends Numbers> {
  new (length: number): T;
}

/**
 * A column of numbers: its least, then what each is above it, in as few bytes as the greatest needs (frame of
 * reference, Goldstein et al. 1998). Written and read in one pass each, without a decision per number.
 */
export function column<T extends Numbers>(of: NumbersOf<T>): Field<T> {
  return {
    write(sink, values) {
      sink.varint(values.length);
      if (values.length > 0) writeValues(sink, values);
    },
    read(source) {
      const length = source.count();
      const values = new of(length);
      if (length > 0) readValues(source, values);
      return values;
    },
  };
}

/** Bytes as they are. */
export const bytes: Field<Uint8Array> = {
  write(sink, value) {
    sink.varint(value.length);
    sink.raw(value);
  },
  read: (source) => source.raw(source.count()),
};

function writeValues(sink: Sink, values: Numbers): void {
  const { least, width } = frameOf(values);
  sink.byte(width);
  if (width === FLOAT) {
    sink.raw(bytesOf(Float64Array.from(values)));
    return;
  }
  sink.number(least);
  const above =
    width === BYTE
      ? new Uint8Array(values.length)
      : width === SHORT
        ? new Uint16Array(values.length)
        : new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) above[i] = (values[i] as number) - least;
  sink.raw(bytesOf(above));
}

function readValues(source: Source, values: Numbers): void {
  const width = source.byte();
  if (width > FLOAT) throw damaged('a column has an impossible width');
  if (width === FLOAT) {
    const floats = new Float64Array(values.length);
    bytesOf(floats).set(source.raw(floats.byteLength));
    values.set(floats);
    return;
  }
  const least = source.number();
  const above =
    width === BYTE
      ? new Uint8Array(values.length)
      : width === SHORT
        ? new Uint16Array(values.length)
        : new Uint32Array(values.length);
  bytesOf(above).set(source.raw(above.byteLength));
  for (let i = 0; i < values.length; i++) values[i] = (above[i] as number) + least;
}

function frameOf(values: Numbers): { readonly least: number; readonly width: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  let areWhole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
    if (value !== Math.floor(value)) areWhole = false;
  }
  const range = most - least;
  const fits = areWhole && range < 2 ** 32 && Math.abs(least) <= 2 ** 50 && !Object.is(least, -0);
  return { least, width: !fits ? FLOAT : range < 2 ** 8 ? BYTE : range < 2 ** 16 ? SHORT : LONG };
}

/** As they lie in memory: little-endian, as every machine is that Stance runs on (Linux on x64 and arm64). */
function bytesOf(values: Numbers): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
