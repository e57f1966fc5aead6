import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bfv } from '../bfv/backend.ts';
import { chance } from '../fleet.fixture.ts';
import { admit, bytesOf, ciphertextOf, type Coefficients } from './gate.ts';
import { COEFFICIENTS, DEGREE, MOST_REPORTS_PER_PART, Q, T } from './parameters.ts';
import { RunningSum, sumFrom } from './running-sum.ts';

/** One below q, most often beside a border at which something carries. */
const coefficient = fc.oneof(
  fc.bigInt({ min: 0n, max: Q - 1n }),
  fc.constantFrom(
    0n,
    1n,
    Q - 1n,
    Q - 2n,
    Q >> 1n,
    (Q >> 1n) + 1n,
    0xffff_ffffn,
    0x1_0000_0000n,
    Q - 0xffff_c001n,
  ),
);

function all(value: (at: number) => bigint): Coefficients {
  return new Uint32Array(BigUint64Array.from({ length: COEFFICIENTS }, (_, at) => value(at)).buffer);
}

function numbers(coefficients: Coefficients): BigUint64Array {
  return new BigUint64Array(coefficients.buffer);
}

describe('a running sum', () => {
  it('[AGG-ADD-1] is the sum modulo q, whatever the terms', () => {
    fc.assert(
      fc.property(fc.array(coefficient, { minLength: 1, maxLength: 40 }), (terms) => {
        const sum = new RunningSum();
        for (const term of terms) sum.add(all((at) => (at % 2 === 0 ? term : Q - 1n)));
        const total = terms.reduce((before, term) => before + term, 0n) % Q;
        const others = (BigInt(terms.length) * (Q - 1n)) % Q;
        const reduced = numbers(sum.reduced());
        expect([reduced[0], reduced[COEFFICIENTS - 2]]).toEqual([total, total]);
        expect([reduced[1], reduced[COEFFICIENTS - 1]]).toEqual([others, others]);
      }),
      { numRuns: 60 },
    );
  });

  it('[AGG-ADD-1] is exact with as many terms as a part may have, and takes no more', () => {
    const sum = new RunningSum();
    const most = all(() => Q - 1n);
    for (let nth = 0; nth < MOST_REPORTS_PER_PART; nth++) sum.add(most);
    expect(numbers(sum.reduced())[7]).toBe((BigInt(MOST_REPORTS_PER_PART) * (Q - 1n)) % Q);
    expect(() => sum.add(most)).toThrow(RangeError);
  });

  it('[AGG-ADD-2] is byte for byte what SEAL adds', async () => {
    const scheme = await bfv();
    const random = chance(3);
    const { publicKey } = scheme.newKeys();
    const [first = new Uint8Array(), ...others] = Array.from({ length: 12 }, () =>
      scheme.encrypt(
        BigUint64Array.from({ length: DEGREE }, () => BigInt(Math.floor(random() * Number(T)))),
        publicKey,
      ),
    );
    let bySeal = first;
    const sum = sumFrom(admit(first));
    for (const each of others) {
      bySeal = scheme.add(bySeal, each);
      sum.add(admit(each));
      expect(Buffer.compare(ciphertextOf(sum.reduced()), bySeal)).toBe(0);
    }
  });

  it('[AGG-ADD-3] still opens when a part is full, also of one report that was added 1,024 times', async () => {
    const scheme = await bfv();
    const { publicKey, secretKey } = scheme.newKeys();
    const slots = BigUint64Array.from({ length: DEGREE }, (_, at) => BigInt(at) * 12_345_678n);
    const ciphertext = admit(scheme.encrypt(slots, publicKey));
    const sum = new RunningSum();
    for (let nth = 0; nth < MOST_REPORTS_PER_PART; nth++) sum.add(ciphertext);
    const opened = scheme.decrypt(ciphertextOf(sum.reduced()), secretKey);
    expect(opened).toEqual(slots.map((value) => (value * BigInt(MOST_REPORTS_PER_PART)) % T));
    expect(bytesOf(ciphertext).length).toBe(COEFFICIENTS * 8);
  });

  it('[AGG-EXACT-2] is exact on both sides of half the plaintext modulus, and wraps at the modulus', async () => {
    const scheme = await bfv();
    const { publicKey, secretKey } = scheme.newKeys();
    const border = [0n, 1n, T / 2n - 1n, T / 2n, T / 2n + 1n, T - 2n, T - 1n];
    const term = (shift: number) =>
      BigUint64Array.from({ length: DEGREE }, (_, at) => border[(at + shift * Math.floor(at / 7)) % 7] ?? 0n);
    const terms = [term(0), term(1), term(2)];
    const sum = sumFrom(...terms.map((slots) => admit(scheme.encrypt(slots, publicKey))));
    const plain = BigUint64Array.from(
      { length: DEGREE },
      (_, at) => terms.reduce((total, slots) => total + (slots[at] ?? 0n), 0n) % T,
    );
    expect(scheme.decrypt(ciphertextOf(sum.reduced()), secretKey)).toEqual(plain);
  });
});
