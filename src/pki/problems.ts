/** Bytes that are not what they are given as; the message quotes nothing of them. */
export class PkiError extends Error {
  override readonly name = 'PkiError';
}
