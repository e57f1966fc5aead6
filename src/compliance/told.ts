import { type EpochMs, type FactorName, iso, type TestOutcome } from '../model/index.ts';
import type { AssessedControl } from './assessment.ts';
import { failingSince, type Tested } from './testing.ts';

/** What keeps a control from being compliant, each in a sentence. */
export function gapsOf({ control, tests, attestation, exceptions, lapsedAt }: AssessedControl): string[] {
  const gaps = tests.flatMap((test) => gapOf(test) ?? []);
  if (attestation?.says === 'not_met') gaps.push(`attested as not met by ${attestation.owner}`);
  for (const { entity, expiresAt } of exceptions)
    gaps.push(`excepted until ${iso(expiresAt)}${entity === null ? '' : `: ${entity}`}`);
  if (attestation !== null || control.sight === 'full') return gaps;
  const unseen =
    control.sight === 'none' ? 'a machine sees nothing of it' : 'a machine sees only a part of it';
  const lapse = lapsedAt === null ? 'nobody attests it' : `its attestation ran out at ${iso(lapsedAt)}`;
  return [...gaps, `${unseen}, and ${lapse}`];
}

function gapOf({ name, signal, reading, failing, excused, outcome }: Tested): string | null {
  const { covered, subjects } = reading;
  switch (outcome) {
    case 'failed':
    case 'excepted':
      return `${name}: ${signal.factors.length > 1 ? 'at least ' : ''}${failing} of ${covered} ${signal.of} fail${exceptedText(failing, excused, outcome)}`;
    case 'stale':
      return `${name}: no sensor is heard`;
    case 'incomplete':
      return `${name}: speaks of ${covered} of ${subjects} ${signal.of} only`;
    case 'no_evidence':
      return `${name}: nothing speaks of it`;
    case 'passed':
    case 'not_disproved':
      return null;
  }
}

function exceptedText(failing: number, excused: number, outcome: TestOutcome): string {
  if (excused > 0 && excused < failing) return `, ${excused} of them excepted`;
  return outcome === 'excepted' ? ', excepted' : '';
}

/** What would mend it, the tests' own advice first. */
export function fixesOf({ control, tests, attestation }: AssessedControl): string[] {
  const fixes = tests.filter(isMendable).map(({ signal }) => signal.fix);
  const isForPerson = control.sight !== 'full' && attestation?.says !== 'met';
  return isForPerson ? [...fixes, 'attest what no machine sees (stance compliance attest)'] : fixes;
}

/** That no grave anomaly is open is nothing to mend. */
function isMendable({ signal, outcome }: Tested): boolean {
  if (outcome === 'passed' || outcome === 'not_disproved') return false;
  return signal.of !== 'anomalies' || outcome !== 'no_evidence';
}

/**
 * Since when what decides the state has been so; `null` where that cannot be told.
 * @param since when the first of those who have a factor got it
 */
export function stateSince(
  { state, tests, attestation }: AssessedControl,
  since: (factor: FactorName) => EpochMs | null,
): EpochMs | null {
  if (state !== 'non_compliant') return attestation?.since ?? null;
  const instants = tests
    .filter(({ outcome }) => outcome === 'failed')
    .map((test) => failingSince(test, since))
    .filter((each) => each !== null);
  if (attestation?.says === 'not_met') instants.push(attestation.since);
  return instants.length === 0 ? null : Math.min(...instants);
}
