import { CIPHERTEXT_BEGINNING, CIPHERTEXT_BYTES, COEFFICIENT_BYTES, COEFFICIENTS } from './parameters.ts';
import { Refused } from './refused.ts';

/** q = 2^60 − 2^14 + 1 in halves of 32 bits. */
export const Q_HIGH = 0x0fff_ffff;
export const Q_LOW = 0xffff_c001;

/** Coefficients as pairs of halves, the low one first: how SEAL and every machine that we run on write 64 bits. */
export type Coefficients = Uint32Array<ArrayBuffer>;

/**
 * The coefficients of a ciphertext, once its bytes are such that SEAL could not have written them otherwise: the exact
 * length, the exact beginning, each coefficient below q, the second polynomial not all zero (it would hide nothing).
 * SEAL 4.1 has died of bytes that were not looked at first.
 * @throws Refused
 */
export function admit(ciphertext: Uint8Array): Coefficients {
  if (ciphertext.length !== CIPHERTEXT_BYTES) throw new Refused('size');
  const beginning = ciphertext.subarray(0, CIPHERTEXT_BEGINNING.length);
  if (Buffer.compare(beginning, CIPHERTEXT_BEGINNING) !== 0) throw new Refused('beginning');
  return admitCoefficients(ciphertext.subarray(CIPHERTEXT_BEGINNING.length));
}

/** @throws Refused */
export function admitCoefficients(bytes: Uint8Array): Coefficients {
  if (bytes.length !== COEFFICIENT_BYTES) throw new Refused('size');
  // A copy of its own: halves of 32 bits must begin at a multiple of four.
  const coefficients = new Uint32Array(new Uint8Array(bytes).buffer);
  for (let at = 0; at < coefficients.length; at += 2) {
    const high = coefficients[at + 1] as number;
    if (high > Q_HIGH || (high === Q_HIGH && (coefficients[at] as number) >= Q_LOW))
      throw new Refused('coefficient');
  }
  // Two halves each, and the second polynomial is the second half of the coefficients.
  for (let at = COEFFICIENTS; at < coefficients.length; at++) if (coefficients[at] !== 0) return coefficients;
  throw new Refused('transparent');
}

export function bytesOf(coefficients: Coefficients): Uint8Array {
  return new Uint8Array(coefficients.buffer, coefficients.byteOffset, coefficients.byteLength);
}

/** The ciphertext as SEAL reads it. */
export function ciphertextOf(coefficients: Coefficients): Uint8Array {
  return Buffer.concat([CIPHERTEXT_BEGINNING, bytesOf(coefficients)]);
}
