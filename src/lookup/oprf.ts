import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign } from 'node:crypto';
import { ristretto255_oprf } from '@noble/curves/ed25519.js';

/** §3.3.1, Evaluate: the library has it in this mode too, and does not say so in its types. */
interface Evaluating {
  evaluate(secretKey: Uint8Array, input: Uint8Array): Uint8Array;
}

/** RFC 9497, ristretto255-SHA512, verifiable mode. */
const voprf = ristretto255_oprf.voprf as typeof ristretto255_oprf.voprf & Evaluating;
/** Of a group element, and of a scalar. */
const ELEMENT_BYTES = 32;
/** A challenge and a response (§2.2.1). */
const PROOF_BYTES = 64;
const KEY_INFO = new TextEncoder().encode('stance private look-up 1');
const SIGNING_INFO = 'stance sealed list signature';
const ED25519_BYTES = 32;
/** What stands before the 32 bytes of a private key (RFC 8410 §7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
/** That are evaluated in one piece, under one proof: some ten milliseconds. */
const AT_ONCE = 2;

/** In one question. */
export const MOST_ELEMENTS = 64;

/** What was sent is none of it, or was not made with the key that it should be. */
export class LookupRefused extends Error {}

export interface Blinded {
  readonly input: Uint8Array;
  /** Secret: whoever has it knows what was asked. */
  readonly blind: Uint8Array;
  /** What the service gets to see: a random element. */
  readonly element: Uint8Array;
}

/** Some elements, in the order in which they were sent, and the proof that the service's key made them. */
export interface Evaluation {
  readonly elements: readonly Uint8Array[];
  readonly proof: Uint8Array;
}

/** The service's key. The same seed is the same key. */
export class LookupKey {
  readonly publicKey: Uint8Array;
  readonly #secret: Uint8Array;
  readonly #signing: KeyObject;

  constructor(seed: Uint8Array) {
    const { secretKey, publicKey } = voprf.deriveKeyPair(seed, KEY_INFO);
    this.#secret = secretKey;
    this.publicKey = publicKey;
    const own = Buffer.from(hkdfSync('sha256', seed, '', SIGNING_INFO, ED25519_BYTES));
    const der = Buffer.concat([ED25519_PKCS8, own]);
    this.#signing = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  }

  /** By whom its lists are signed: Ed25519, 32 bytes. */
  get signingKey(): Uint8Array {
    return createPublicKey(this.#signing).export({ format: 'der', type: 'spki' }).subarray(-ED25519_BYTES);
  }

  sign(text: Uint8Array): Uint8Array {
    return sign(null, text, this.#signing);
  }

  /** Of an input that is known: 64 bytes that nobody can tell from chance without the key (§3.3.1, Evaluate). */
  output(input: Uint8Array): Uint8Array {
    return voprf.evaluate(this.#secret, input);
  }

  /**
   * Of inputs that are not: in pieces, each with a proof of its own.
   * @throws LookupRefused for what is no element of the group
   */
  *evaluating(elements: readonly Uint8Array[]): Generator<void, readonly Evaluation[]> {
    this.refuseOthers(elements);
    const evaluations: Evaluation[] = [];
    for (let at = 0; at < elements.length; at += AT_ONCE) {
      const piece = elements.slice(at, at + AT_ONCE);
      try {
        const { evaluated, proof } = voprf.blindEvaluateBatch(this.#secret, this.publicKey, [...piece]);
        evaluations.push({ elements: evaluated, proof });
      } catch (cause) {
        // It is decoded first (RFC 9496 §4.3.1); nothing else of it can fail.
        throw new LookupRefused('an element is no encoding of the group ristretto255, or its identity', {
          cause,
        });
      }
      yield;
    }
    return evaluations;
  }

  /** @throws LookupRefused for what is no question by its form alone */
  refuseOthers(elements: readonly Uint8Array[]): void {
    if (elements.length === 0 || elements.length > MOST_ELEMENTS)
      throw new LookupRefused(
        `there must be 1 to ${MOST_ELEMENTS} elements, and there are ${elements.length}`,
      );
    if (elements.some(({ length }) => length !== ELEMENT_BYTES))
      throw new LookupRefused(`each element must be ${ELEMENT_BYTES} bytes`);
  }
}

export function blinded(input: Uint8Array): Blinded {
  const { blind, blinded: element } = voprf.blind(input);
  return { input, blind, element };
}

/**
 * What the service's key makes of the inputs, in their order.
 * @throws LookupRefused where a proof does not hold under the public key: another key would tell whose question it is
 */
export function unblinded(
  asked: readonly Blinded[],
  evaluations: readonly Evaluation[],
  publicKey: Uint8Array,
): readonly Uint8Array[] {
  const outputs: Uint8Array[] = [];
  for (const { elements, proof } of evaluations) {
    const piece = asked.slice(outputs.length, outputs.length + elements.length);
    const isWhole =
      elements.length > 0 &&
      piece.length === elements.length &&
      proof.length === PROOF_BYTES &&
      elements.every(({ length }) => length === ELEMENT_BYTES);
    if (!isWhole) throw new LookupRefused('the answer is not of the form that RFC 9497 gives it');
    const items = piece.map(({ input, blind, element }, index) => {
      return { input, blind, blinded: element, evaluated: elements[index] as Uint8Array };
    });
    try {
      outputs.push(...voprf.finalizeBatch(items, publicKey, proof));
    } catch (cause) {
      throw new LookupRefused('the answer was not made with the key of the list', { cause });
    }
  }
  if (outputs.length !== asked.length) throw new LookupRefused('the answer is not to all that was asked');
  return outputs;
}
