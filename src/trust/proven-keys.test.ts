import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, type DeviceId, type HeldCertificate, LIMITS } from '../model/index.ts';
import { ProvenKeys } from './proven-keys.ts';

const NOW = Date.UTC(2026, 4, 21);

test('[EST-7] whoever has many certificates keeps the one just issued, whenever it expires', () => {
  const issued = fc.record({
    device: fc.nat(1).map((n): DeviceId => `dev_${n}`),
    fingerprint: fc.nat(30).map((n) => `certificate ${n}`),
    days: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(issued, { minLength: 1, maxLength: 60, size: 'max' }), (all) => {
      const keys = new ProvenKeys();
      for (const { device, fingerprint, days } of all) {
        keys.issue(device, certificate(fingerprint, days), NOW);
        expect(keys.ownerOf(fingerprint)).toBe(device);
        expect(keys.held(device, fingerprint)).toEqual(certificate(fingerprint, days));
      }
      for (const device of keys.holders()) {
        const held = keys.certificates(device).map((each) => each.certificate);
        expect(held.length).toBeLessThanOrEqual(LIMITS.certificatesPerDevice);
        expect(held.map(({ notAfter }) => notAfter)).toEqual(held.map((each) => each.notAfter).sort(latest));
        for (const { fingerprint } of held) expect(keys.ownerOf(fingerprint)).toBe(device);
      }
    }),
  );
});

function latest(a: number, b: number): number {
  return b - a;
}

function certificate(fingerprint: string, days: number): HeldCertificate {
  return {
    fingerprint,
    key: `key of ${fingerprint}`,
    serial: fingerprint,
    issuer: 'ours',
    anchor: 'ours',
    notBefore: NOW,
    notAfter: NOW + days * DAY_MS,
    isWeak: false,
  };
}
