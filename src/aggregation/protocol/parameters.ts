/**
 * The one parameter set. BFV (ePrint 2012/144) with N = 4096 and a coefficient modulus of 109 bits, the most that the
 * Homomorphic Encryption Standard (2018, table 1) allows there at 128 bits. Only sums are taken: there are neither
 * relinearisation nor Galois keys. After 1,024 additions some ten of the fresh 17 bits of noise budget are left.
 */
export const DEGREE = 4_096;
/** The primes q (of the ciphertexts, 60 bits) and the special one (of the keys alone, 49 bits). */
export const COEFFICIENT_BITS = [60, 49] as const;
export const Q = 1_152_921_504_606_830_593n;
export const SPECIAL_PRIME = 562_949_953_216_513n;
export const PLAIN_BITS = 36;
/** The plaintext modulus, a batching prime: 1 modulo 2N. */
export const T = 68_719_403_009n;

/** Reports of one sum, by its noise; more are taken in parts. */
export const MOST_REPORTS_PER_PART = 1_024;
/** Parts of a round: 16,384 sites. */
export const MOST_PARTS = 16;

const POLYNOMIALS = 2;
export const COEFFICIENTS = POLYNOMIALS * DEGREE;
export const COEFFICIENT_BYTES = COEFFICIENTS * 8;

/**
 * What every serialised ciphertext of these parameters begins with: SEAL's header (version 4.1, uncompressed), the hash
 * of the parameters, not in NTT form, two polynomials of 4,096 coefficients under one prime. The self-test holds it to
 * what SEAL writes.
 */
export const CIPHERTEXT_BEGINNING: Uint8Array = Buffer.from(
  '5ea11004010000007100010000000000' +
    'e2cb0e8c25315e7cb0e5ebfed6a1e96b21bd3f5bb65024e8cfa8838621a9293f' +
    '00' +
    '0200000000000000' +
    '0010000000000000' +
    '0100000000000000' +
    '000000000000f03f' +
    '0100000000000000' +
    '5ea11004010000001800010000000000' +
    '0020000000000000',
  'hex',
);
export const CIPHERTEXT_BYTES = CIPHERTEXT_BEGINNING.length + COEFFICIENT_BYTES;

/** A key's id: the first 128 bits of its SHA-256. */
export const KEY_ID_BYTES = 16;
