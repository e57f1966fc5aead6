/** An element of DER: where it begins, where its content does, and where it ends. */
export interface Element {
  readonly tag: number;
  readonly begin: number;
  readonly from: number;
  readonly to: number;
}

/** Lengths of more bytes are beyond every bound. */
const MOST_LENGTH_BYTES = 4;

/** The element that begins there, within the end; `null` where there is none, or none of that tag. */
export function elementAt(der: Buffer, begin: number, end: number, wanted?: number): Element | null {
  const [tag, first] = [der[begin], der[begin + 1]];
  if (tag === undefined || first === undefined || (wanted !== undefined && tag !== wanted)) return null;
  const more = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80 || more > MOST_LENGTH_BYTES || begin + 2 + more > end) return null;
  const from = begin + 2 + more;
  const to = from + (more === 0 ? first : der.readUIntBE(begin + 2, more));
  return to > end ? null : { tag, begin, from, to };
}
