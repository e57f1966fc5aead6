import { createHash } from 'node:crypto';
import {
  type AttestationId,
  type AttestationRecord,
  base32,
  type ExceptionId,
  type ExceptionRecord,
} from '../model/index.ts';

const ID_CHARACTERS = 10;

/** From what was said, when and by whom: the same word said again at the same instant is the same one. */
export function attestationId(record: AttestationRecord): AttestationId {
  const { at, framework, control, says, owner, expiresAt, actor } = record;
  return `att_${idOf(at, framework, control, says, owner, expiresAt, actor)}`;
}

export function exceptionId(record: ExceptionRecord): ExceptionId {
  const { at, framework, control, entity, owner, expiresAt, actor } = record;
  return `exc_${idOf(at, framework, control, entity, owner, expiresAt, actor)}`;
}

function idOf(...said: readonly (string | number | null)[]): string {
  return base32(createHash('sha256').update(JSON.stringify(said)).digest(), ID_CHARACTERS);
}
