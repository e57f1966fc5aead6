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
  if (values instanceof Uint8Array) sink.raw(values);
  else if (width === BYTE) sink.bytesAbove(values, least);
  else if (width === SHORT) sink.shortsAbove(values, least);
  else sink.longsAbove(values, least);
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

interface Reference {
  readonly least: number;
  readonly width: number;
}

/** Each kind by a loop of its own: one loop over all kinds would ask at every number which it is. */
function frameOf(values: Numbers): Reference {
  if (values instanceof Float64Array) return frameOfFloats(values);
  if (values instanceof Uint8Array) return { least: 0, width: BYTE };
  return values instanceof Uint16Array ? frameOfShorts(values) : frameOfLongs(values);
}

function frameOfFloats(values: Float64Array): Reference {
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
  return { least, width: fits ? widthOf(range) : FLOAT };
}

function frameOfLongs(values: Uint32Array): Reference {
  let least = 2 ** 32 - 1;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, width: widthOf(most - least) };
}

function frameOfShorts(values: Uint16Array): Reference {
  let least = 2 ** 16 - 1;
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, width: widthOf(most - least) };
}

function widthOf(range: number): number {
  return range < 2 ** 8 ? BYTE : range < 2 ** 16 ? SHORT : LONG;
}

/** As they lie in memory: little-endian, as every machine is that Stance runs on (Linux on x64 and arm64). */
function bytesOf(values: Numbers): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
