import { admit, ciphertextOf } from '../protocol/gate.ts';
import { CIPHERTEXT_BEGINNING, DEGREE, T } from '../protocol/parameters.ts';
import { sumFrom } from '../protocol/running-sum.ts';
import { type Bfv, BfvError } from './scheme.ts';

let loading: Promise<Bfv> | null = null;

/**
 * The scheme, loaded at the first asking and tested before it is used: 1.3 MB of WebAssembly that an engine without
 * fleet statistics never pays for.
 * @throws BfvError where it does not compute what it must
 */
export function bfv(): Promise<Bfv> {
  loading ??= import('./seal.ts').then(async ({ loadSeal }) => {
    const scheme = await loadSeal();
    selfTest(scheme);
    return scheme;
  });
  return loading;
}

/** Encrypt, add in both ways, decrypt: a known vector, with numbers on both sides of half the plaintext modulus. */
function selfTest(scheme: Bfv): void {
  const numbers = BigUint64Array.from({ length: DEGREE }, (_, at) => (BigInt(at) * 16_777_259n) % T);
  const others = BigUint64Array.from(numbers, (value) => T - 1n - value);
  const { publicKey, secretKey } = scheme.newKeys();
  const [a, b] = [scheme.encrypt(numbers, publicKey), scheme.encrypt(others, publicKey)];
  if (Buffer.compare(a.subarray(0, CIPHERTEXT_BEGINNING.length), CIPHERTEXT_BEGINNING) !== 0)
    throw new BfvError('self-test: SEAL writes ciphertexts in another form');
  const plainly = ciphertextOf(sumFrom(admit(a), admit(b)).reduced());
  if (Buffer.compare(plainly, scheme.add(a, b)) !== 0)
    throw new BfvError('self-test: plain addition and SEAL differ');
  if (scheme.decrypt(plainly, secretKey).some((value) => value !== T - 1n))
    throw new BfvError('self-test: a sum was not decrypted to what was encrypted');
}
