import { type EpochMs, iso } from '../../model/index.ts';
import { type CertificateStanding, expiryPressure, type SignIns } from '../../trust/index.ts';
import type { Connected } from '../grounds.ts';
import type { Scene } from '../known.ts';
import { type Measured, statement } from './measured.ts';

const NOT_ASSESSED: Measured = {
  name: 'identity_not_assessed',
  measure: 1,
  evidence: ({ now }) => [statement('No source of cryptographic identity is connected', now)],
};

const NOT_ENROLLED: Measured = {
  name: 'not_enrolled',
  measure: 1,
  evidence: ({ known: { profile }, now }) => {
    const summary = 'Seen in telemetry, not in the inventory and not adopted by an operator';
    return [statement(summary, profile.firstSeen ?? now)];
  },
};

/** What speaks for or against an entity being what it says (30 %). */
export function measureIdentity(into: Measured[], { known, now }: Scene, connected: Connected): void {
  const { profile, certificates, history } = known;
  if (!connected.identityProof) into.push(NOT_ASSESSED);
  // Without an inventory, being in none says nothing about anyone.
  if (connected.inventory && profile.enrolment.state === 'discovered') into.push(NOT_ENROLLED);
  if (certificates.length > 0) into.push(...certificateFactors(certificates, now));
  if (history.signIns !== null) into.push(...signInFactors(history.signIns, now));
}

/** Of several certificates the worst counts: they are the same weakness at several ports. */
function certificateFactors(certificates: readonly CertificateStanding[], now: EpochMs): Measured[] {
  const factors: Measured[] = [];
  const first = certificates[0];
  if (first !== undefined) {
    const { notAfter } = first.facts;
    const pressure = expiryPressure(first.facts, now);
    const where = `Certificate presented on port ${first.port}`;
    if (notAfter <= now) {
      const evidence = () => [statement(`${where} expired at ${iso(notAfter)}`, notAfter, first.key)];
      factors.push({ name: 'certificate_expired', measure: 1, evidence });
    } else if (pressure > 0) {
      const evidence = () => [statement(`${where} expires at ${iso(notAfter)}`, now, first.key)];
      factors.push({ name: 'certificate_expiring', measure: pressure, evidence });
    }
  }
  const weak = certificates.find((each) => each.facts.weak);
  if (weak !== undefined) {
    const evidence = () => [
      statement(`Certificate on port ${weak.port} has a weak key or signature`, now, weak.key),
    ];
    factors.push({ name: 'certificate_weak', measure: 1, evidence });
  }
  return factors;
}

function signInFactors(signIns: SignIns, now: EpochMs): Measured[] {
  const factors: Measured[] = [];
  const { failure } = signIns.within24h(now);
  if (failure > 0) {
    const evidence = () => [
      { ...statement(`${failure} failed sign-ins within 24 hours`, now), count: failure },
    ];
    factors.push({ name: 'failed_sign_ins', measure: failure, evidence });
  }
  const single = signIns.withoutMfa24h(now);
  if (single > 0) {
    const evidence = () => [
      { ...statement(`${single} sign-ins without a second factor within 24 hours`, now), count: single },
    ];
    factors.push({ name: 'sign_in_without_mfa', measure: 1, evidence });
  }
  return factors;
}
