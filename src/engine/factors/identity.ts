import { CHAIN_PROBLEMS, type EpochMs, type FactorName, iso, type SvidUse } from '../../model/index.ts';
import { expiryPressure, isEarlyUntil, type IdentityStanding, type SignIns } from '../../trust/index.ts';
import type { Connected } from '../grounds.ts';
import type { Known, Scene } from '../known.ts';
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

const NOT_PROVEN: Measured = {
  name: 'no_cryptographic_identity',
  measure: 1,
  evidence: ({ known: { identity }, now }) => {
    const had = 'It proved its key before, and no certificate of it is in force now';
    const never = 'Others of its kind proved their keys, and it never did';
    return [statement((identity?.certificate ?? identity?.revokedAt) ? had : never, now)];
  },
};

/** What speaks for or against an entity being what it says (30 %). */
export function measureIdentity(into: Measured[], { known, now }: Scene, connected: Connected): void {
  const { profile, identity, arePeersProven, history } = known;
  if (identity?.isProven !== true) {
    const isMissed = arePeersProven || (identity !== null && identity.state !== 'pending');
    into.push(isMissed ? NOT_PROVEN : NOT_ASSESSED);
  }
  // Without an inventory, being in none says nothing about anyone.
  if (connected.inventory && profile.enrolment.state === 'discovered') into.push(NOT_ENROLLED);
  if (known.certificates.length > 0 || identity !== null)
    into.push(...certificateFactors(known, now), ...untrusted(known, now));
  if (identity !== null) into.push(...identityFactors(identity));
  if (history.signIns !== null) into.push(...signInFactors(history.signIns, now));
}

/** A certificate, wherever it is known from. */
interface Life {
  readonly notBefore: EpochMs;
  readonly notAfter: EpochMs;
  readonly isWeak: boolean;
  readonly subject: string;
  /** How it is known: what is seen in passing may be anybody's, a key that was proven is its own. */
  readonly which: string;
  /** A workload's lives for minutes or hours, and a machine renews it: that its end comes near says nothing. */
  readonly isRenewedByMachine: boolean;
}

const SVIDS: Readonly<Record<SvidUse, string>> = {
  'x509-svid': 'Its X.509-SVID, whose key it proved,',
  'jwt-svid': 'The last JWT-SVID that it showed',
};

function lives({ certificates, identity }: Known): Life[] {
  const seen = certificates.map(({ key, port, facts: { notBefore, notAfter, weak } }) => {
    const which = `Certificate on port ${port}, seen in passing,`;
    return { notBefore, notAfter, isWeak: weak, subject: key, which, isRenewedByMachine: false };
  });
  const held = identity?.certificate ?? null;
  if (held === null) return seen;
  const { notBefore, notAfter, isWeak, fingerprint: subject, svid } = held;
  const which = svid === undefined ? 'Its own certificate, whose key it proved,' : SVIDS[svid];
  const own = { notBefore, notAfter, isWeak, subject, which, isRenewedByMachine: svid !== undefined };
  return [own, ...seen].sort((a, b) => a.notAfter - b.notAfter);
}

/** Of several certificates the worst counts: they are the same weakness at several ports. */
function certificateFactors(known: Known, now: EpochMs): Measured[] {
  const all = lives(known);
  const factors: Measured[] = [];
  const [first] = all;
  if (first !== undefined && first.notAfter <= now) {
    const { notAfter, which, subject } = first;
    const evidence = () => [statement(`${which} expired at ${iso(notAfter)}`, notAfter, subject)];
    factors.push({ name: 'certificate_expired', measure: 1, evidence });
  } else {
    const next = all.find(({ isRenewedByMachine }) => !isRenewedByMachine);
    const pressure = next === undefined ? 0 : expiryPressure(next, now);
    if (next !== undefined && pressure > 0) {
      const { notAfter, which, subject } = next;
      const evidence = () => [statement(`${which} expires at ${iso(notAfter)}`, now, subject)];
      factors.push({ name: 'certificate_expiring', measure: pressure, evidence });
    }
  }
  const weak = all.find(({ isWeak }) => isWeak);
  if (weak !== undefined) {
    const evidence = () => [statement(`${weak.which} has a weak key or signature`, now, weak.subject)];
    factors.push({ name: 'certificate_weak', measure: 1, evidence });
  }
  return factors;
}

/** What speaks against a chain that was shown, and certificates seen in passing whose time has not begun. */
function untrusted({ identity, certificates }: Known, now: EpochMs): Measured[] {
  const { certificate = null, problems = [], provenAt = null } = identity ?? {};
  const ofChain = problems.filter((each) => each !== 'weak_key' && each !== 'weak_signature');
  const early = certificates.filter(({ facts }) => isEarlyUntil(facts) > now);
  if ((provenAt === null || ofChain.length === 0) && early.length === 0) return [];
  const evidence = () => [
    ...(provenAt === null
      ? []
      : ofChain.map((each) => statement(CHAIN_PROBLEMS[each], provenAt, certificate?.fingerprint ?? null))),
    ...early.map(({ key, port, facts }) =>
      statement(
        `Certificate on port ${port}, seen in passing, is not valid before ${iso(facts.notBefore)}`,
        now,
        key,
      ),
    ),
  ];
  return [{ name: 'certificate_untrusted', measure: 1, evidence }];
}

/** What was proven, and what speaks against it: each reason by itself. */
function identityFactors(identity: IdentityStanding): Measured[] {
  const { certificate, provenAt, pendingSince, revokedAt, revokedUse, twoPlaces, isLate } = identity;
  const subject = certificate?.fingerprint ?? null;
  const factor = (name: FactorName, at: EpochMs | null, summaries: readonly string[], measure = 1) =>
    at === null || summaries.length === 0
      ? []
      : [{ name, measure, evidence: () => summaries.map((each) => statement(each, at, subject)) }];
  return [
    ...factor('certificate_revoked', revokedAt, ['Its certificate was revoked, and it has no other']),
    ...factor('enrolment_pending', pendingSince, ['It asked for a certificate and waits for a decision']),
    ...factor('identity_not_proven_lately', isLate ? provenAt : null, [
      'It proved its key last 30 days ago or more',
    ]),
    ...factor('revoked_identity_in_use', revokedUse, ['It used a certificate after that was revoked']),
    ...factor(
      'identity_used_from_two_places',
      twoPlaces?.at ?? null,
      ['Its key was used from two places in turn within 15 minutes'],
      twoPlaces?.confidence,
    ),
  ];
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
