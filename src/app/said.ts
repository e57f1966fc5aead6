import type { Engine } from '../engine/index.ts';
import {
  type Anomaly,
  type AnomalyId,
  type EntityId,
  type EpochMs,
  isEntityId,
  LIMITS,
  OPERATOR_NAME_PATTERN,
  withoutUnseen,
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
  const seen = withoutUnseen(said, '\uFFFD');
  if (seen !== said)
    throw invalid(
      'reason',
      seen,
      'text on one line, without control characters or a change of its direction',
    );
  return said === '' ? null : said;
}

/** An operator's own short name, not a mail address: nothing that identifies a person is kept. */
export function operatorName(field: string, name: string | null): string {
  if (name !== null && OPERATOR_NAME_PATTERN.test(name)) return name;
  throw invalid(field, name, 'a short name of your own: letters, digits, ".", "_" and "-", at most 64');
}

export function instant(field: string, text: string): EpochMs {
  const at = instantIn(text);
  if (at !== null) return at;
  throw invalid(field, text, 'an instant such as 2026-05-21T09:00:00Z');
}

/** `null` for what is no instant; `Date.parse` alone finds one in nearly any text that has a number. */
export function instantIn(text: string): EpochMs | null {
  const at = /^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? at : null;
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
    `There is no anomaly "${id.slice(0, 80)}"${suggestion(id, ids) || '; see stance anomalies list'}`,
  );
}

/** A tag that somebody has: a mistyped one would hold nothing back, and nobody would notice. */
export function knownTag({ directory }: Engine, tag: string): string {
  const tags = directory.tags();
  if (tags.has(tag)) return tag;
  throw new OperationError(
    'unknown_tag',
    `Nobody has the tag "${tag.slice(0, 80)}"${suggestion(tag, tags) || tagsTold(tags)}`,
  );
}

const TAGS_TOLD = 10;

/** Where none is like it: those that there are. */
function tagsTold(tags: ReadonlySet<string>): string {
  if (tags.size === 0) return '; no entity of the inventory has any tag';
  const shown = [...tags].sort().slice(0, TAGS_TOLD);
  return `; there are ${shown.join(', ')}${tags.size > shown.length ? ' and others' : ''}`;
}

/** By any of its ids; gives the canonical one. */
export function knownEntity(engine: Engine, id: string): EntityId {
  if (isEntityId(id) && engine.directory.profile(id) !== null) return engine.directory.canonical(id);
  const nearest = engine.directory.nearest(id, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError('unknown_entity', `There is no entity "${id.slice(0, 80)}"${hint}`);
}
