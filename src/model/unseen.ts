/** What is not seen as text, and does something to the screen of whoever reads it: controls, breaks of lines, directions. */
const UNSEEN = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu;

/** A text with something in the place of what is not seen of it. */
export function withoutUnseen(text: string, instead: string): string {
  return text.replaceAll(UNSEEN, instead);
}
