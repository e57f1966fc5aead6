import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportHeader, SiteId } from '../../model/index.ts';
import { CIPHERTEXT_BYTES } from './parameters.ts';
import { ciphertextHash, makeReport, readReport, REPORT_BYTES } from './report.ts';
import { isSigned } from './signing.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((each) => Buffer.from(each).toString('hex'));
const ciphertext = Buffer.alloc(CIPHERTEXT_BYTES, 5);
const header: fc.Arbitrary<ReportHeader> = fc.record({
  tenant: name,
  keyId: hex(16),
  paramsHash: hex(32),
  round: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  site: name.map((each) => each as SiteId),
  cohortVersion: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  count: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ciphertextHash: fc.constant(ciphertextHash(ciphertext)),
});

describe('[AGG-WIRE-1] a report', () => {
  it('is read as it was written, and is signed', () => {
    fc.assert(
      fc.property(header, (each) => {
        const { bytes } = makeReport(each, ciphertext, privateKey);
        const read = readReport(bytes);
        expect(read.header).toEqual(each);
        expect(isSigned('report', read.headerBytes, read.signature, publicKey)).toBe(true);
        expect(isSigned('release', read.headerBytes, read.signature, publicKey)).toBe(false);
        expect(bytes.length).toBeGreaterThanOrEqual(REPORT_BYTES.least);
        expect(bytes.length).toBeLessThanOrEqual(REPORT_BYTES.most);
      }),
      { numRuns: 50 },
    );
  });

  it('has one reading: with a byte more, fewer or elsewhere it is none', () => {
    fc.assert(
      fc.property(header, fc.nat(), (each, where) => {
        const bytes = Buffer.from(makeReport(each, ciphertext, privateKey).bytes);
        const at = where % bytes.length;
        expect(() => readReport(bytes.subarray(0, bytes.length - 1))).toThrow('refused');
        expect(() => readReport(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow('refused');
        expect(() =>
          readReport(Buffer.concat([bytes.subarray(0, at), Buffer.alloc(1), bytes.subarray(at)])),
        ).toThrow('refused');
      }),
      { numRuns: 50 },
    );
  });
});
