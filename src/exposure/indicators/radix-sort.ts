import { type GrowingWords, STEPS_PER_SLICE } from './growing.ts';

/**
 * The order of entries by their first `keys` words, equal ones as they came. A byte at a time from the last one: each pass
 * is a plain walk that can give way anywhere, which a comparing sort cannot.
 */
export function* radixSorted(
  entries: GrowingWords,
  stride: number,
  keys: number,
): Generator<void, Uint32Array> {
  const count = entries.length / stride;
  let order = Uint32Array.from({ length: 0 });
  let next = new Uint32Array(count);
  for (let digit = 4 * keys - 1; digit >= 0; digit--) {
    const word = digit >>> 2;
    const shift = 24 - 8 * (digit & 3);
    const sorted = order.length === 0 ? null : order;
    const byteOf = (nth: number) => (entries.at((sorted?.[nth] ?? nth) * stride + word) >>> shift) & 255;
    const places = yield* placesOf(count, byteOf);
    // All have the same byte: nothing would move.
    if (places === null) continue;
    for (let nth = 0; nth < count; nth++) {
      if (nth % STEPS_PER_SLICE === 0) yield;
      const byte = byteOf(nth);
      next[places[byte] as number] = sorted?.[nth] ?? nth;
      places[byte] = (places[byte] as number) + 1;
    }
    [order, next] = [next, sorted ?? new Uint32Array(count)];
  }
  return order.length === count ? order : Uint32Array.from({ length: count }, (_, nth) => nth);
}

/** Where the entries of each byte begin; `null` where all have the same. */
function* placesOf(count: number, byteOf: (nth: number) => number): Generator<void, Uint32Array | null> {
  const places = new Uint32Array(257);
  for (let nth = 0; nth < count; nth++) {
    if (nth % STEPS_PER_SLICE === 0) yield;
    const place = byteOf(nth) + 1;
    places[place] = (places[place] as number) + 1;
  }
  if (places.includes(count)) return null;
  for (let byte = 1; byte < 257; byte++)
    places[byte] = (places[byte] as number) + (places[byte - 1] as number);
  return places;
}
