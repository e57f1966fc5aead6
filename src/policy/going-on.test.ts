import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import { type DeviceId, type Fingerprint, HOUR_MS, type Policy, type PolicyId } from '../model/index.ts';
import { Coverage } from './coverage.ts';
import { compilePolicies } from './decider.ts';
import { Enforcement } from './enforcement.ts';
import { type Violation, Violations } from './violations.ts';

const NOW = Date.UTC(2026, 4, 21);
const entity = fc.constantFrom<DeviceId>('dev_a', 'dev_b', 'dev_c');
const policyId = fc.constantFrom<PolicyId>('pol_a', 'pol_b');

/** What a split takes back is remembered outside of the violations, as it was when it was adopted. */
type Adopted = ReturnType<Violations['adopt']>;

function act(violations: Violations, [what, who, policy, destination, hours]: Step): unknown {
  const time = NOW + hours * HOUR_MS;
  if (what === 'expire') return violations.expire(time);
  if (what === 'move') return violations.adopt('dev_d', violations.release(who)).length;
  if (what === 'part') return part(violations, who);
  violations.observe(who, policy, destination, time, what === 'denied');
  return [violations.count(time), violations.countFor(who), violations.of(who), violations.nextExpiry()];
}

/** Adopts and takes back at once: what was given away is nobody's again, apart from what stood before. */
function part(violations: Violations, who: DeviceId): unknown {
  const given: readonly Violation[] = violations.release(who);
  const adopted: Adopted = violations.adopt('dev_e', given);
  violations.disown('dev_e', JSON.parse(JSON.stringify(adopted)) as Adopted);
  return violations.of('dev_e');
}

type Step = readonly ['denied' | 'done' | 'expire' | 'move' | 'part', DeviceId, PolicyId, string, number];

describe('[STATE-REST-2] goes on from what was written down', () => {
  test('violations', () => {
    const step: fc.Arbitrary<Step> = fc.tuple(
      fc.constantFrom('denied', 'done', 'done', 'expire', 'move', 'part'),
      entity,
      policyId,
      fc.constantFrom('1.1.1.1', '2.2.2.2'),
      fc.nat(60),
    );
    expect(firstDifference(() => new Violations(), step, act)).toBeUndefined();
  });

  test('what is known of enforcement', () => {
    const policy = (id: PolicyId): Policy => ({
      id,
      description: null,
      priority: 1,
      action: 'deny',
      mode: 'enforce',
      subject: {},
      destination: {},
    });
    const decider = compilePolicies([policy('pol_a'), policy('pol_b')], (name) => name as Fingerprint);
    expect(
      firstDifference(
        () => new Enforcement(decider),
        fc.tuple(policyId, fc.constantFrom('hq', 'plant'), fc.nat(9), fc.boolean()),
        (enforcement, [id, site, hours, denied]) => {
          if (denied) enforcement.observeDenial(id, site, NOW + hours);
          else enforcement.observePassed(id, site, NOW + hours);
          return enforcement.enforcedSites(id);
        },
      ),
    ).toBeUndefined();
  });

  test('coverage', () => {
    expect(
      firstDifference(
        () => new Coverage(),
        fc.tuple(entity, fc.boolean(), fc.integer({ min: 1, max: 700 })),
        (coverage, [who, covered, times]) => {
          for (let i = 0; i < times; i++) coverage.observe(who, covered);
          return [coverage.shareOf(who), coverage.snapshot()];
        },
        { maxLength: 20 },
      ),
    ).toBeUndefined();
  });
});

test('[STATE-REST-4] the share of one number says what two counts and a step said', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 400 })), { maxLength: 20 }),
      (runs) => {
        const coverage = new Coverage();
        const counts = { covered: 0, total: 0, published: null as number | null };
        for (const [covered, times] of runs) {
          for (let i = 0; i < times; i++) {
            expect(coverage.observe('dev_a', covered)).toBe(counted(counts, covered));
          }
          expect(coverage.snapshot()).toEqual([['dev_a', counts]]);
        }
      },
    ),
    { numRuns: 30 },
  );
});

function counted(
  counts: { covered: number; total: number; published: number | null },
  covered: boolean,
): boolean {
  counts.total++;
  if (covered) counts.covered++;
  if (counts.total >= 1_024) {
    counts.total = Math.floor(counts.total / 2);
    counts.covered = Math.min(counts.total, Math.round(counts.covered / 2));
  }
  if (counts.total < 20) return false;
  const share = counts.covered / counts.total;
  if (counts.published !== null && Math.abs(share - counts.published) <= 0.1 / 2 + 0.03) return false;
  const step = Math.round(share / 0.1) / 10;
  if (step === counts.published) return false;
  counts.published = step;
  return true;
}
