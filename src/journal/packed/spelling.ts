/** How the characters of a text stand in a frame; a text begins with a varint of 4 × its units + its spelling. */
export const LATIN1 = 0;
/** Lower-case hexadecimal digits, two a byte: fingerprints. A unit is a byte. */
export const HEX = 1;
/** Whatever a JavaScript string can hold, lone surrogates too. A unit is two bytes. */
export const UTF16 = 2;

export type Spelling = typeof LATIN1 | typeof HEX | typeof UTF16;

/** Shorter ones are rarely fingerprints, and gain little. */
const LEAST_HEX_DIGITS = 16;

export function spellingOf(text: string): Spelling {
  let isHex = text.length >= LEAST_HEX_DIGITS && text.length % 2 === 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff) return UTF16;
    isHex &&= isHexDigit(code);
  }
  return isHex ? HEX : LATIN1;
}

function isHexDigit(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66);
}
