import { LIMITS } from '../../model/index.ts';

/** What a whole JSON document says; or why it is not looked into. */
export type DocumentReading =
  | { readonly ok: true; readonly document: unknown }
  | { readonly ok: false; readonly problem: string };

/** Its objects are counted before any is made: eight megabytes of `{},` would take more than a gigabyte. */
export function readJson(bytes: Buffer): DocumentReading {
  if (bytes.length > LIMITS.feedDocumentBytes)
    return { ok: false, problem: `is JSON of more than ${LIMITS.feedDocumentBytes} bytes` };
  if (objectsIn(bytes) > LIMITS.feedDocumentObjects)
    return { ok: false, problem: `is JSON of more than ${LIMITS.feedDocumentObjects} objects and arrays` };
  try {
    const text = bytes.toString();
    return { ok: true, document: JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown };
  } catch {
    return { ok: false, problem: 'is JSON that cannot be parsed: it is cut off or damaged' };
  }
}

const [QUOTE, BACKSLASH, BRACE, BRACKET] = [0x22, 0x5c, 0x7b, 0x5b];

/** Objects and arrays, as far as they are counted: one more than a document may have is enough. */
export function objectsIn(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length && count <= LIMITS.feedDocumentObjects; at++) {
    const byte = bytes[at];
    if (byte === BRACE || byte === BRACKET) count++;
    else if (byte === QUOTE) at = endOfText(bytes, at + 1);
  }
  return count;
}

/** Where the text's closing quote stands. */
function endOfText(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) at++;
  }
  return bytes.length;
}
