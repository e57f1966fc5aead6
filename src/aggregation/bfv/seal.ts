import { type Ciphertext, type ClassHandle, initialize, type MainModule, type SEALContext } from 'node-seal';
import { type Bfv, BfvError, type KeyPair } from './scheme.ts';
import { COEFFICIENT_BITS, DEGREE, PLAIN_BITS, Q, SPECIAL_PRIME, T } from '../protocol/parameters.ts';

/*
 * The only file that knows SEAL (node-seal 7, SEAL 4.1.2 as WebAssembly). Randomness is SEAL's own, from the system's
 * entropy. Every handle is given back: what the collector finds, WebAssembly does not. Nothing that came over the
 * network reaches this file before `admit` has looked at it, and the noise budget is never asked for: how much is left
 * tells of the secret key.
 */

export async function loadSeal(): Promise<Bfv> {
  const seal = await initialize();
  return new SealBfv(seal, contextOf(seal));
}

class SealBfv implements Bfv {
  readonly #seal: MainModule;
  readonly #context: SEALContext;

  constructor(seal: MainModule, context: SEALContext) {
    this.#seal = seal;
    this.#context = context;
  }

  newKeys(): KeyPair {
    return within((own) => {
      const generator = own(new this.#seal.KeyGenerator(this.#context));
      const publicKey = own(generator.createPublicKey());
      const secretKey = own(generator.secretKey());
      return { publicKey: this.#saved(publicKey), secretKey: this.#saved(secretKey) };
    });
  }

  encrypt(slots: BigUint64Array, publicKey: Uint8Array): Uint8Array {
    return within((own) => {
      const key = own(new this.#seal.PublicKey());
      key.loadFromArray(this.#context, plainly(publicKey));
      const encryptor = own(new this.#seal.Encryptor(this.#context, key));
      const plaintext = own(new this.#seal.Plaintext());
      own(new this.#seal.BatchEncoder(this.#context)).encode(slots, plaintext);
      const ciphertext = own(new this.#seal.Ciphertext());
      encryptor.encrypt(plaintext, ciphertext);
      return this.#saved(ciphertext);
    });
  }

  decrypt(ciphertext: Uint8Array, secretKey: Uint8Array): BigUint64Array {
    return within((own) => {
      const key = own(new this.#seal.SecretKey());
      key.loadFromArray(this.#context, plainly(secretKey));
      const decryptor = own(new this.#seal.Decryptor(this.#context, key));
      const plaintext = own(new this.#seal.Plaintext());
      decryptor.decrypt(this.#loaded(ciphertext, own), plaintext);
      const slots: unknown = own(new this.#seal.BatchEncoder(this.#context)).decodeBigUint64(plaintext);
      if (!(slots instanceof BigUint64Array))
        throw new BfvError('SEAL decoded to something else than numbers');
      return slots.slice();
    });
  }

  add(a: Uint8Array, b: Uint8Array): Uint8Array {
    return within((own) => {
      const sum = this.#loaded(a, own);
      own(new this.#seal.Evaluator(this.#context)).addInplace(sum, this.#loaded(b, own));
      return this.#saved(sum);
    });
  }

  #loaded(bytes: Uint8Array, own: Own): Ciphertext {
    const ciphertext = own(new this.#seal.Ciphertext());
    ciphertext.loadFromArray(this.#context, plainly(bytes));
    return ciphertext;
  }

  /** A copy: what SEAL gives may be a view of its memory. */
  #saved(savable: { saveToArray(mode: MainModule['ComprModeType']['none']): unknown }): Uint8Array {
    const bytes = savable.saveToArray(this.#seal.ComprModeType.none);
    if (!(bytes instanceof Uint8Array)) throw new BfvError('SEAL saved something else than bytes');
    return bytes.slice();
  }
}

/** @throws BfvError where SEAL makes other primes of the bit lengths than those that the aggregator adds by */
function contextOf(seal: MainModule): SEALContext {
  return within((own) => {
    const parameters = own(new seal.EncryptionParameters(seal.SchemeType.bfv));
    const primes = own(seal.CoeffModulus.Create(DEGREE, Int32Array.from(COEFFICIENT_BITS)));
    const plain = own(seal.PlainModulus.Batching(DEGREE, PLAIN_BITS));
    const made = [primes.get(0)?.value(), primes.get(1)?.value(), plain.value()];
    if (made[0] !== Q || made[1] !== SPECIAL_PRIME || made[2] !== T)
      throw new BfvError(`SEAL makes the primes ${made.join(', ')}, not those of the protocol`);
    parameters.setPolyModulusDegree(DEGREE);
    parameters.setCoeffModulus(primes);
    parameters.setPlainModulus(plain);
    const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
    if (!context.parametersSet()) throw new BfvError('SEAL refuses the parameters at 128 bits of security');
    return context;
  });
}

/** SEAL asks for a Uint8Array by its very constructor: a Buffer is none to it. */
function plainly(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

type Own = <T extends ClassHandle>(handle: T) => T;

/** Gives back every handle that the work owns, and makes an error of what SEAL throws. */
function within<T>(work: (own: Own) => T): T {
  const owned: ClassHandle[] = [];
  const own: Own = (handle) => {
    owned.push(handle);
    return handle;
  };
  try {
    return work(own);
  } catch (cause) {
    // A C++ exception arrives as WebAssembly.Exception, which is no Error.
    throw cause instanceof Error ? cause : new BfvError('SEAL failed', { cause });
  } finally {
    for (const handle of owned.toReversed()) handle.delete();
  }
}
