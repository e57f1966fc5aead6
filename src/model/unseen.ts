/**
 * What is not seen as text, and does something to the screen of whoever reads it, or tells a machine what people do not see:
 * controls, breaks of lines, directions, what has no width (but for the two joiners, with which people write), tags.
 */
const UNSEEN = /[\p{Cc}\u200B\u200E\u200F\u2028\u2029\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]+/gu;
/** What leaves nothing to be read: fillers, and the pattern of Braille that has no dot. */
const BLANK = /^[\p{Default_Ignorable_Code_Point}\p{White_Space}\u2800]*$/u;

/** A text with something in the place of what is not seen of it. */
export function withoutUnseen(text: string, instead: string): string {
  return text.replaceAll(UNSEEN, instead);
}

export function isBlank(text: string): boolean {
  return BLANK.test(text);
}
