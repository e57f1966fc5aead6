import {
  type EpochMs,
  isBlank,
  isInstant,
  LIMITS,
  OPERATOR_NAME_PATTERN,
  withoutUnseen,
} from '../model/index.ts';
import { OperationError } from './operation-error.ts';

/** What an operator said, checked: each refusal names the field, what came, and what is allowed. */

export function invalid(
  field: string,
  came: string | number | boolean | null,
  allowed: string,
): OperationError {
  const shown = came === null ? 'not given' : `"${String(came).slice(0, 80)}"`;
  return new OperationError('invalid_arguments', `"${field}" was ${shown}; allowed is ${allowed}.`);
}

/** What is missing, where any of several fields would do. */
export function needed(fields: readonly string[], what: string): OperationError {
  const named = fields.map((field) => `"${field}"`);
  return new OperationError('invalid_arguments', `One of ${named.join(', ')} is needed: ${what}.`);
}

/** Why something is said, where the journal must know it. */
export function neededReason(reason: string | null, what: string): string {
  const said = optionalReason(reason);
  if (said !== null) return said;
  throw invalid('reason', reason, `a sentence that says why; ${what} needs one`);
}

export function optionalReason(reason: string | null): string | null {
  const said = reason?.trim() ?? '';
  if (said.length > LIMITS.reasonChars)
    throw invalid('reason', `${said.length} characters`, `at most ${LIMITS.reasonChars} characters`);
  if (said === '') return null;
  const seen = withoutUnseen(said.toWellFormed(), '\uFFFD');
  if (seen !== said || isBlank(said))
    throw invalid(
      'reason',
      isBlank(said) ? '\uFFFD' : seen,
      'text on one line that is seen: no control characters, nothing without a width, no change of its direction',
    );
  if (MAIL_ADDRESS.test(said))
    throw invalid('reason', said, 'text without a mail address: nothing that identifies a person is kept');
  return said;
}

/** A last label of letters: a version (`lodash@4.17.21`) or an address (`root@10.0.0.5`) names nobody. */
const MAIL_ADDRESS = /[^\s@]@(?:[\p{L}\p{N}-]+\.)+\p{L}{2}/u;

/** An operator's own short name, not a mail address: nothing that identifies a person is kept. */
export function operatorName(field: string, name: string | null): string {
  if (name !== null && OPERATOR_NAME_PATTERN.test(name)) return name;
  throw invalid(field, name, 'a short name of your own: letters, digits, ".", "_" and "-", at most 64');
}

export function instant(field: string, text: string): EpochMs {
  const at = instantIn(text);
  if (at !== null) return at;
  throw invalid(field, text, 'an instant of the calendar, with its zone, such as 2026-05-21T09:00:00Z');
}

/**
 * `null` for what is no instant, as the tools take them: `Date.parse` alone finds one in nearly any text that has a number,
 * and takes the 30th of February for a day in March.
 */
export function instantIn(text: string): EpochMs | null {
  const whole = text.replace(WITHOUT_SECONDS, '$1:00$2');
  return isInstant(whole) ? Date.parse(whole) : null;
}

const WITHOUT_SECONDS = /(T\d{2}:\d{2})(Z|[+-]\d{2}:\d{2})$/;
