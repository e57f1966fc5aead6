import type { Detection, RecommendedAction, Severity } from '../../model/index.ts';
import { evidenceOf } from '../detectors/detection.ts';
import { distinct } from './distinct-bits.ts';
import type { SignIn } from './sign-in.ts';
import { innocence, isConvicted, isForgotten, isHabit, type Trial, tries } from './trial.ts';

/** From so many accounts on, with few failures each, it is one password tried on many (T1110.003). */
const SPRAYED_ACCOUNTS = 6;
const TRIES_PER_SPRAYED = 4;
const LARGEST_CONFIDENCE = 0.95;
const LARGEST_UNKNOWN = 0.5;
const LOWER: Readonly<Record<Severity, Severity>> = {
  critical: 'medium',
  high: 'low',
  medium: 'low',
  low: 'low',
};

/** Who is told of it, and how the description names the other side. */
export interface Story {
  readonly subject: string;
  /** Before anything that lowers it. */
  readonly severity: Severity;
  /** It is told of a machine, not of an account. */
  readonly isOfMachine: boolean;
}

/** Passwords are being guessed, as far as is known without success. */
export function guessing(trial: Trial, signIn: SignIn, { subject, severity, isOfMachine }: Story): Detection {
  const accounts = distinct(trial.accounts);
  const isSpray = accounts >= SPRAYED_ACCOUNTS && trial.failures <= TRIES_PER_SPRAYED * accounts;
  const isScript = isForgotten(trial);
  const text = `${subject}: ${whatHappened(trial, accounts)}${isScript ? '; as regular as a job whose password expired' : ''}`;
  return detection(signIn, text, {
    severity: lowered(isScript ? (isHabit(trial) ? 'low' : 'medium') : severity, trial, signIn),
    confidence: confidence(trial) * (isScript ? 0.6 : 1),
    technique: isSpray ? 'T1110.003' : 'T1110',
    // Whoever guesses has no password of its own to change.
    ...(signIn.direction === 'outbound' && isOfMachine ? { action: 'investigate' } : {}),
    observed: whatHappened(trial, accounts),
    count: tries(trial),
    isOfMany: trial.peer === '',
  });
}

/** The success after it: the account is in other hands, unless an old habit found its password again. */
export function guessed(before: Trial, signIn: SignIn, subject: string): Detection | null {
  const isKnown = isHabit(before);
  if (isKnown && isForgotten(before)) return null;
  const accounts = distinct(before.accounts);
  const what = whatHappened(before, accounts);
  const text = `${subject}: a sign-in succeeded after ${what}${isKnown ? '; it signed in on earlier days, too' : ''}`;
  const severity: Severity = isKnown ? 'medium' : 'critical';
  return detection(signIn, text, {
    severity: lowered(severity, null, signIn),
    confidence: Math.min(LARGEST_CONFIDENCE, confidence(before) + 0.05) * (isKnown ? 0.6 : 1),
    technique: 'T1078',
    observed: `a success after ${what}`,
    count: tries(before),
  });
}

/** The noise of the Internet at an exposed door, however many knock. */
export function noise(all: Trial, signIn: SignIn): Detection {
  const sources = distinct(all.peers);
  const text = `Device's sign-in is tried from the Internet: ${whatHappened(all, distinct(all.accounts))} by at least ${sources} sources`;
  return detection(signIn, text, {
    severity: 'low',
    confidence: all.failures > 0 ? 0.9 : LARGEST_UNKNOWN,
    technique: 'T1110',
    action: 'investigate',
    observed: `${whatHappened(all, distinct(all.accounts))} by at least ${sources} sources`,
    count: tries(all),
    isOfMany: true,
  });
}

interface Facts {
  readonly severity: Severity;
  readonly confidence: number;
  readonly technique: string;
  readonly action?: RecommendedAction;
  readonly observed: string;
  readonly count: number;
  /** Of machines that are counted, and not kept one by one. */
  readonly isOfMany?: boolean;
}

function detection(
  signIn: SignIn,
  text: string,
  { count, confidence: sure, isOfMany = false, ...facts }: Facts,
): Detection {
  return {
    type: 'brute_force',
    at: signIn.time,
    ...facts,
    confidence: Math.round(sure * 100) / 100,
    description: text,
    expected: facts.observed.includes('unknown outcome')
      ? 'few sessions at its sign-in within an hour'
      : 'few failed sign-ins, and a success soon after them',
    evidence: [evidenceOf(signIn, text, count, signIn.display)],
    ...(isOfMany ? { targets: [{ subject: null }] } : {}),
  };
}

/** What is there to try doors is told of less. */
function lowered(severity: Severity, trial: Trial | null, { isProbe }: SignIn): Severity {
  if (isProbe) return LOWER[severity];
  // Many sessions of which nobody knows how they ended are the weaker evidence.
  return trial !== null && !isConvicted(trial) && severity === 'high' ? 'medium' : severity;
}

/** From 0.6 at the threshold towards 0.95, a step of 0.07 per power of ten; half as sure where no outcome is known. */
function confidence(trial: Trial): number {
  const decades = Math.max(0, -Math.log10(innocence(trial)) - 3);
  if (!isConvicted(trial)) return Math.min(LARGEST_UNKNOWN, 0.35 + 0.03 * decades);
  return Math.min(LARGEST_CONFIDENCE, 0.6 + 0.07 * decades);
}

function whatHappened({ failures, unknownSeen }: Trial, accounts: number): string {
  const failed = failures === 0 ? [] : [`${failures} failed sign-ins`];
  const open = unknownSeen === 0 ? [] : [`${unknownSeen} sessions of unknown outcome`];
  const what = [...failed, ...open].join(' and ');
  return accounts > 1 ? `${what} with at least ${accounts} accounts` : what;
}
