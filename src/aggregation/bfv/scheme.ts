export interface KeyPair {
  readonly publicKey: Uint8Array;
  readonly secretKey: Uint8Array;
}

/** BFV with the one parameter set, on whole blocks of slots modulo T. */
export interface Bfv {
  newKeys(): KeyPair;
  encrypt(slots: BigUint64Array, publicKey: Uint8Array): Uint8Array;
  decrypt(ciphertext: Uint8Array, secretKey: Uint8Array): BigUint64Array;
  /** SEAL's own addition: what plain addition is held against. */
  add(a: Uint8Array, b: Uint8Array): Uint8Array;
}

/** A fault of the library or of what was given to it. */
export class BfvError extends Error {
  override readonly name = 'BfvError';
}
