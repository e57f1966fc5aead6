import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import {
  type Authentication,
  type Certificate,
  DAY_MS,
  type DeviceId,
  HOUR_MS,
  type Sealed,
  type SensorId,
  type SiteId,
} from '../model/index.ts';
import { CertificatesSeen } from './certificates.ts';
import { SignIns } from './sign-ins.ts';

const NOW = Date.UTC(2026, 4, 21);
const PROVENANCE = { site: 'hq' as SiteId, sensor: 'zeek' as SensorId, uid: null, communityId: null };

function certificate(key: string, days: number): Certificate<Sealed> {
  return {
    kind: 'certificate',
    time: NOW,
    provenance: PROVENANCE,
    keys: [key],
    subject: null,
    issuer: null,
    notBefore: NOW - DAY_MS,
    notAfter: NOW + days * DAY_MS,
    selfIssued: false,
    keyType: 'rsa',
    keyBits: 1_024,
    weakSignature: false,
    isAuthority: false,
  };
}

function signIn(time: number, outcome: Authentication<Sealed>['outcome'], mfa: boolean | null) {
  const nobody = { account: null, from: null, to: null, service: 'kerberos', attempts: 3 } as const;
  return { kind: 'authentication', time, provenance: PROVENANCE, outcome, mfa, ...nobody } as const;
}

describe('[STATE-REST-2] goes on from what was written down', () => {
  test('certificates', () => {
    const step = fc.record({
      device: fc.nat(20).map((n): DeviceId => `dev_${n}`),
      key: fc.nat(30).map((n) => `key ${n}`),
      days: fc.nat(100),
      shows: fc.boolean(),
    });
    expect(
      firstDifference(
        () => new CertificatesSeen(),
        step,
        (seen, { device, key, days, shows }) => {
          const now = NOW + days * DAY_MS;
          const news = shows ? seen.present([device], 443, key, now) : seen.learn(certificate(key, days));
          return [news, seen.standing([device], now)];
        },
      ),
    ).toBeUndefined();
  });

  test('sign-ins', () => {
    const any = fc
      .tuple(
        fc.nat(150),
        fc.constantFrom('success' as const, 'failure' as const),
        fc.constantFrom(null, false, true),
      )
      .map(([hours, outcome, mfa]) => signIn(NOW + hours * HOUR_MS, outcome, mfa));
    fc.assert(
      fc.property(fc.array(any), fc.array(any), (before, after) => {
        const whole = new SignIns();
        for (const each of before) whole.observe(each);
        const resumed = SignIns.of(
          JSON.parse(JSON.stringify(whole.snapshot())) as ReturnType<SignIns['snapshot']>,
        );
        for (const each of after) {
          whole.observe(each);
          resumed.observe(each);
          expect(resumed.within24h(each.time)).toEqual(whole.within24h(each.time));
          expect(resumed.withoutMfa24h(each.time)).toBe(whole.withoutMfa24h(each.time));
        }
        expect(resumed.snapshot()).toEqual(whole.snapshot());
      }),
    );
  });

  test('[SNAP-13] sign-ins of a state of version 3', () => {
    const [begin, counts] = [NOW / HOUR_MS, { success: 2, failure: 0, unknown: 1, withoutMfa: 1 }];
    const hours = [begin, begin + 3].map((hour) => ({ hour, ...counts }));
    const read = SignIns.of([hours, true]);
    expect(read.snapshot()).toEqual([1, begin, [0, 2, 0, 1, 1], [3, 2, 0, 1, 1]]);
    expect(read.within24h(NOW + 4 * HOUR_MS)).toEqual({ success: 4, failure: 0, unknown: 2 });
    expect(read.withoutMfa24h(NOW + 4 * HOUR_MS)).toBe(2);
  });
});
