import fc from 'fast-check';
import { ristretto255_oprf } from '@noble/curves/ed25519.js';
import { describe, expect, test } from 'vitest';
import { REPUTATIONS, THREAT_CATEGORIES } from '../model/index.ts';
import {
  blinded,
  fingerprintOf,
  LookupKey,
  LookupRefused,
  MOST_ELEMENTS,
  SealedList,
  type SealedSaying,
  sealEntry,
  unblinded,
  type SealedEntry,
  writingSealedList,
} from './index.ts';

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const hex = (of: Uint8Array | undefined) => Buffer.from(of ?? []).toString('hex');
const text = (of: string) => new TextEncoder().encode(of);

/** RFC 9497, A.1.2: ristretto255-SHA512, VOPRF mode. */
const RFC = {
  seed: 'a3'.repeat(32),
  keyInfo: '74657374206b6579',
  secretKey: 'e6f73f344b79b379f1a0dd37e07ff62e38d9f71345ce62ae3a9bc60b04ccd909',
  publicKey: 'c803e2cc6b05fc15064549b5920659ca4a77b2cca6f04f6b357009335476ad4e',
  single: {
    input: '00',
    blind: '64d37aed22a27f5191de1c1d69fadb899d8862b58eb4220029e036ec4c1f6706',
    blinded: '863f330cc1a1259ed5a5998a23acfd37fb4351a793a5b3c090b642ddc439b945',
    evaluated: 'aa8fa048764d5623868679402ff6108d2521884fa138cd7f9c7669a9a014267e',
    proof:
      'ddef93772692e535d1a53903db24367355cc2cc78de93b3be5a8ffcc6985dd066d4346421d17bf5117a2a1ff0fcb2a759f58a539dfbe857a40bce4cf49ec600d',
    output:
      'b58cfbe118e0cb94d79b5fd6a6dafb98764dff49c14e1770b566e42402da1a7da4d8527693914139caee5bd03903af43a491351d23b430948dd50cde10d32b3c',
  },
} as const;

describe('[LOOKUP-1] the function is that of RFC 9497', () => {
  const { voprf } = ristretto255_oprf;
  const { single } = RFC;

  test('its key is derived as the vectors say', () => {
    const { secretKey, publicKey } = voprf.deriveKeyPair(bytes(RFC.seed), bytes(RFC.keyInfo));
    expect([hex(secretKey), hex(publicKey)]).toEqual([RFC.secretKey, RFC.publicKey]);
  });

  test('an element is evaluated, and the proof of the vectors opens it', () => {
    const { evaluated } = voprf.blindEvaluate(
      bytes(RFC.secretKey),
      bytes(RFC.publicKey),
      bytes(single.blinded),
    );
    expect(hex(evaluated)).toBe(single.evaluated);
    const asked = [
      { input: bytes(single.input), blind: bytes(single.blind), element: bytes(single.blinded) },
    ];
    const evaluations = [{ elements: [evaluated], proof: bytes(single.proof) }];
    expect(unblinded(asked, evaluations, bytes(RFC.publicKey)).map(hex)).toEqual([single.output]);
  });
});

const key = new LookupKey(new Uint8Array(32).fill(7));
const other = new LookupKey(new Uint8Array(32).fill(8));
const SALT = new Uint8Array(32).fill(9);

function evaluatedBy(by: LookupKey, elements: readonly Uint8Array[]) {
  const steps = by.evaluating(elements);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

describe('[LOOKUP-2] a question', () => {
  test('has the output of its input, in its order, and never looks the same twice', () => {
    const inputs = ['domain:evil.example', 'ip:198.51.100.7', 'hash:00', 'domain:evil.example', 'a', 'b'].map(
      text,
    );
    const asked = inputs.map(blinded);
    expect(new Set(asked.map(({ element }) => hex(element))).size).toBe(inputs.length);
    const outputs = unblinded(
      asked,
      evaluatedBy(
        key,
        asked.map(({ element }) => element),
      ),
      key.publicKey,
    );
    expect(outputs.map(hex)).toEqual(inputs.map((each) => hex(key.output(each))));
  });

  test('is not answered with another key, in another order, in part, or with a changed byte', () => {
    const asked = ['a', 'b'].map((each) => blinded(text(each)));
    const elements = asked.map(({ element }) => element);
    const good = evaluatedBy(key, elements);
    const [first] = good;
    if (first === undefined) throw new Error('nothing was evaluated');
    const changed = (of: Uint8Array, at: number) => of.map((byte, index) => (index === at ? byte ^ 1 : byte));
    const bad = [
      evaluatedBy(other, elements),
      [{ ...first, elements: first.elements.toReversed() }],
      [{ ...first, elements: first.elements.slice(1) }],
      [...good, ...good],
      [],
      [{ ...first, elements: [] }],
      ...Array.from({ length: 64 }, (_, at) => [{ ...first, proof: changed(first.proof, at) }]),
      ...Array.from({ length: 32 }, (_, at) => [
        { ...first, elements: [changed(first.elements[0] as Uint8Array, at), ...first.elements.slice(1)] },
      ]),
    ];
    for (const each of bad) expect(() => unblinded(asked, each, key.publicKey)).toThrow(LookupRefused);
    expect(() => unblinded(asked, good, other.publicKey)).toThrow(LookupRefused);
  });

  test('is refused where it is none', () => {
    const element = blinded(text('a')).element;
    const none = [
      [],
      Array.from({ length: MOST_ELEMENTS + 1 }, () => element),
      [element.subarray(1)],
      // The identity, and what encodes no element (RFC 9496 A.3: a negative field element).
      [new Uint8Array(32)],
      [bytes(`01${'00'.repeat(31)}`)],
      [new Uint8Array(32).fill(255)],
    ];
    for (const each of none) expect(() => evaluatedBy(key, each)).toThrow(LookupRefused);
    expect(
      evaluatedBy(
        key,
        Array.from({ length: MOST_ELEMENTS }, () => element),
      ),
    ).toHaveLength(MOST_ELEMENTS / 2);
  });
});

const saying: fc.Arbitrary<SealedSaying> = fc.record({
  reputation: fc.constantFrom(...REPUTATIONS),
  categories: fc.subarray([...THREAT_CATEGORIES]),
  confidence: fc.nat(1_000).map((thousandths) => thousandths / 1_000),
  feedSources: fc.nat(255),
  lastSeen: fc.oneof(
    fc.constant(null),
    fc.integer({ min: 1, max: 40_000 }).map((days) => days * 86_400_000),
  ),
});

const MALICIOUS: SealedSaying = {
  reputation: 'malicious',
  categories: [],
  confidence: 1,
  feedSources: 1,
  lastSeen: null,
};

describe('[LOOKUP-3] a sealed list', () => {
  const about = { salt: SALT, madeAt: 0, prefixes: { ipv4: [24], ipv6: [] as number[] } };
  const written = (entries: readonly SealedEntry[], by = key, of = about): Buffer => {
    const steps = writingSealedList(entries, by, of);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value.bytes;
    }
  };
  /** Any 64 bytes may be an output; to evaluate each would only cost. */
  const outputOf = (value: string) => new Uint8Array(Buffer.from(value.padEnd(64, '-')).subarray(0, 64));

  test('says of what it lists what was sealed, and nothing of the rest', () => {
    const entries = fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,9}$/), saying), {
      selector: ([value]) => value,
      size: 'max',
      maxLength: 60,
    });
    fc.assert(
      fc.property(entries, fc.array(fc.stringMatching(/^[A-Z]{1,9}$/)), (listed, others) => {
        const sealed = listed.map(([value, said]) => sealEntry(outputOf(value), said, SALT));
        const list = SealedList.read(written(sealed));
        expect(list.publicKey).toEqual(Buffer.from(key.publicKey));
        for (const [value, said] of listed) {
          const found = list.find(outputOf(value));
          expect(new Set(found?.categories)).toEqual(new Set(said.categories));
          expect({ ...found, categories: [] }).toEqual({ ...said, categories: [] });
        }
        for (const value of others) expect(list.find(outputOf(value))).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  test('is of one form whatever it says, and two of the same indicators have nothing in common', () => {
    const plain = {
      reputation: 'malicious',
      categories: [],
      confidence: 0,
      feedSources: 1,
      lastSeen: null,
    } as const;
    const rich = { ...plain, categories: [...THREAT_CATEGORIES], confidence: 1, lastSeen: 86_400_000 };
    const [one, another] = [plain, rich].map((said) => sealEntry(outputOf('a'), said, SALT));
    expect(one?.length).toBe(another?.length);
    const again = sealEntry(outputOf('a'), plain, new Uint8Array(32).fill(10));
    expect(hex(again.subarray(0, 16))).not.toBe(hex(one?.subarray(0, 16)));
  });

  test('is refused whole where a byte is another, or it was cut', () => {
    const whole = written(['a', 'b'].map((each) => sealEntry(outputOf(each), MALICIOUS, SALT)));
    const entriesAt = whole.length - 2 * 44;
    for (let at = entriesAt; at < whole.length; at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      expect(() => SealedList.read(flipped)).toThrow('it is damaged, or was cut off');
    }
    for (let length = 0; length < whole.length; length += 7)
      expect(() => SealedList.read(whole.subarray(0, length))).toThrow(LookupRefused);
    expect(() => SealedList.read(Buffer.from('stance sealed list 1\n{}\n'))).toThrow('its head is damaged');
  });

  test('is signed: whoever hosts it turns no word round, and leaves none out', () => {
    const whole = written(['a', 'b'].map((each) => sealEntry(outputOf(each), MALICIOUS, SALT)));
    const clear = whole.toString('latin1');
    const headEnd = clear.indexOf('\n', clear.indexOf('\n') + 1);
    const own = written([], other);
    const turned = [
      clear.replace('"reputations":["malicious","suspicious"', '"reputations":["suspicious","malicious"'),
      clear.replace('"prefixes":{"ipv4":[24]', '"prefixes":{"ipv4":[]'),
      clear.replace(`"salt":"${hex(SALT)}"`, `"salt":"${'00'.repeat(32)}"`),
      clear.replace(/"valid_until":"\d+/, '"valid_until":"2099'),
      // Signed by another key, in the name of the first.
      `${clear.slice(0, headEnd + 1)}${own.toString('latin1').split('\n')[2] ?? ''}${clear.slice(headEnd + 89)}`,
    ];
    for (const each of turned) {
      expect(each).not.toBe(clear);
      expect(() => SealedList.read(Buffer.from(each, 'latin1'))).toThrow(
        'not signed by the key that it names',
      );
    }
    expect(fingerprintOf(SealedList.read(own).head)).not.toBe(fingerprintOf(SealedList.read(whole).head));
  });

  test('with impossible lengths of prefixes is none', () => {
    for (const ipv4 of [[33], [24, 24], [16, 24], Array.from({ length: 40 }, (_, at) => at)]) {
      const list = written([], key, { ...about, prefixes: { ipv4, ipv6: [] } });
      expect(() => SealedList.read(list)).toThrow('its head is damaged');
    }
  });
});
