import type { Engine } from '../engine/index.ts';
import {
  type Anomaly,
  type AnomalyId,
  type EntityId,
  type EpochMs,
  isEntityId,
  LIMITS,
  OPERATOR_NAME_PATTERN,
} from '../model/index.ts';
import { OperationError } from './operations.ts';
import { suggestion } from './spelling.ts';

/** What an operator said, checked: each refusal names the field, what came, and what is allowed. */

export function invalid(
  field: string,
  came: string | number | boolean | null,
  allowed: string,
): OperationError {
  const shown = came === null ? 'not given' : `"${String(came).slice(0, 80)}"`;
  return new OperationError('invalid_arguments', `"${field}" was ${shown}; allowed is ${allowed}.`);
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
  return said === '' ? null : said;
}

/** An operator's own short name, not a mail address: nothing that identifies a person is kept. */
export function operatorName(field: string, name: string | null): string {
  if (name !== null && OPERATOR_NAME_PATTERN.test(name)) return name;
  throw invalid(field, name, 'a short name of your own: letters, digits, ".", "_" and "-", at most 64');
}

export function instant(field: string, text: string): EpochMs {
  const at = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(at)) return at;
  throw invalid(field, text, 'an instant such as 2026-05-21T09:00:00Z');
}

/** @throws OperationError with the nearest id */
export function knownAnomaly(engine: Engine, id: string): Anomaly {
  for (const { anomalies } of engine.partitions) {
    const known = anomalies.get(id as AnomalyId);
    if (known !== null) return known;
  }
  const ids = engine.partitions.flatMap(({ anomalies }) => Array.from(anomalies.all(), (each) => each.id));
  throw new OperationError(
    'unknown_anomaly',
    `There is no anomaly "${id.slice(0, 80)}"${suggestion(id, ids)}; see stance anomalies list`,
  );
}

/** By any of its ids; gives the canonical one. */
export function knownEntity(engine: Engine, id: string): EntityId {
  if (isEntityId(id) && engine.directory.profile(id) !== null) return engine.directory.canonical(id);
  const nearest = engine.directory.nearest(id, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError('unknown_entity', `There is no entity "${id.slice(0, 80)}"${hint}`);
}
