import type { Detection, Severity } from '../../model/index.ts';
import { evidenceOf } from '../detectors/detection.ts';
import { combine, together } from '../surprise.ts';
import type { AccountUse } from './account-use.ts';

/** How probable each is of the account's owner; 1 for what is as usual or not known. */
export interface Suspicion {
  readonly newPlace: number;
  /** The new place is a network outside. */
  readonly newOutside: number;
  readonly hour: number;
  /** In another place within minutes. */
  readonly atOnce: number;
  /** … and at another site. */
  readonly isOtherSite: boolean;
  readonly failed: number;
  readonly withoutMfa: number;
  /** A service's account is used as people use theirs. */
  readonly interactive: number;
}

/** Told when it is this improbable of the owner; a grave matter when it is less than the second. */
const TOLD_BELOW = 4e-3;
const GRAVE_BELOW = 1e-4;
/** What is more usual says nothing for nor against. An hour alone is no matter: people work late. */
const ODD_HOUR_BELOW = 0.1;

/**
 * A success that its owner would hardly have had: independent families of evidence by Fisher's method. What depends on
 * each other (the place, that it is outside, that another one was used just before) is one family. ATT&CK T1078.
 */
export function misuse(suspicion: Suspicion, use: AccountUse, maturity: number): Detection | null {
  const { newPlace, newOutside, hour, atOnce, failed, withoutMfa, interactive } = suspicion;
  const where = [newPlace, newOutside, atOnce].filter((each) => each < 1);
  const place = where.length === 0 ? 1 : together(where);
  if (place === 1 && failed === 1 && withoutMfa === 1 && interactive === 1) return null;
  const odd = hour <= ODD_HOUR_BELOW ? hour : 1;
  const families = [place, odd, failed, withoutMfa, interactive].filter((each) => each < 1);
  const p = combine(families);
  if (p > TOLD_BELOW) return null;
  const reasons = reasonsOf(suspicion);
  const { signIn, isService } = use;
  const text = `Account signed in ${reasons.join(', ')}`;
  const severity: Severity =
    failed <= GRAVE_BELOW ? 'critical' : p <= GRAVE_BELOW || isService ? 'high' : 'medium';
  return {
    type: 'credential_misuse',
    at: signIn.time,
    severity,
    confidence: confidence(p, maturity),
    description: text,
    technique: 'T1078',
    expected: 'the places, the hours and the second factor that this account is known for',
    observed: reasons.join(', '),
    evidence: [evidenceOf(signIn, text, 1, signIn.display)],
  };
}

/** From 0.4 at the threshold, a step of 0.12 per power of ten; a young baseline is half as sure. */
function confidence(p: number, maturity: number): number {
  const decades = Math.log10(TOLD_BELOW) - Math.log10(Math.max(p, 1e-12));
  return Math.round(Math.min(0.9, 0.4 + 0.12 * decades) * (0.5 + 0.5 * maturity) * 100) / 100;
}

function reasonsOf(suspicion: Suspicion): readonly string[] {
  const reasons: string[] = [];
  if (suspicion.newOutside < 1) reasons.push('from a network outside where it never signed in from');
  else if (suspicion.newPlace < 1) reasons.push('from a machine that is new to it');
  if (suspicion.atOnce < 1)
    reasons.push(suspicion.isOtherSite ? 'at two sites within minutes' : 'from two places within minutes');
  if (suspicion.hour <= ODD_HOUR_BELOW) reasons.push('at an hour that is unusual for it');
  if (suspicion.failed < 0.05) reasons.push('after many failures');
  if (suspicion.withoutMfa < 0.1) reasons.push('without the second factor that is usual for it');
  if (suspicion.interactive < 1) reasons.push('interactively, though it is a service account');
  return reasons;
}
