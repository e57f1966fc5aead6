import { beforeAll, describe, expect, it } from 'vitest';
import { bfv } from '../bfv/backend.ts';
import { admit } from './gate.ts';
import { CIPHERTEXT_BEGINNING, CIPHERTEXT_BYTES, COEFFICIENT_BYTES, DEGREE, Q } from './parameters.ts';

describe('[AGG-GATE-1] the gate', () => {
  let ciphertext: Buffer;
  beforeAll(async () => {
    const scheme = await bfv();
    ciphertext = Buffer.from(scheme.encrypt(new BigUint64Array(DEGREE), scheme.newKeys().publicKey));
  });

  it('lets in what SEAL wrote', () => {
    expect(ciphertext.length).toBe(65_649);
    expect(admit(ciphertext).length).toBe(COEFFICIENT_BYTES / 4);
  });

  it('refuses any other length', () => {
    for (const length of [0, 1, 16, 113, CIPHERTEXT_BYTES - 1])
      expect(() => admit(ciphertext.subarray(0, length))).toThrow('size');
    expect(() => admit(Buffer.concat([ciphertext, Buffer.alloc(1)]))).toThrow('size');
  });

  it('refuses a beginning in which any bit is another', () => {
    for (let bit = 0; bit < 8 * CIPHERTEXT_BEGINNING.length; bit++) {
      const flipped = Buffer.from(ciphertext);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => admit(flipped)).toThrow('beginning');
    }
  });

  it.each([0, 1, DEGREE - 1, DEGREE, 2 * DEGREE - 1])(
    'refuses q as coefficient %i, and takes q − 1',
    (at) => {
      const [most, over, far] = [Q - 1n, Q, 2n ** 64n - 1n].map((value) => {
        const changed = Buffer.from(ciphertext);
        changed.writeBigUInt64LE(value, CIPHERTEXT_BEGINNING.length + 8 * at);
        return changed;
      });
      expect(admit(most ?? Buffer.alloc(0))).toBeInstanceOf(Uint32Array);
      expect(() => admit(over ?? Buffer.alloc(0))).toThrow('coefficient');
      expect(() => admit(far ?? Buffer.alloc(0))).toThrow('coefficient');
    },
  );

  it('refuses a ciphertext that hides nothing', () => {
    const transparent = Buffer.from(ciphertext).fill(0, CIPHERTEXT_BEGINNING.length + 8 * DEGREE);
    expect(() => admit(transparent)).toThrow('transparent');
  });
});
