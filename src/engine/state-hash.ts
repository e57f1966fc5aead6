import { createHash } from 'node:crypto';

/**
 * A hash of the whole state, for the promise that the same journal gives the same bits. Objects are
 * written with their keys in order, numbers by their shortest exact text.
 */
export function stateHash(state: unknown): string {
  const hash = createHash('sha256');
  write(state, (text) => hash.update(text));
  return hash.digest('hex');
}

function write(value: unknown, emit: (text: string) => void): void {
  if (Array.isArray(value)) {
    emit('[');
    for (const each of value) {
      write(each, emit);
      emit(',');
    }
    emit(']');
    return;
  }
  if (value !== null && typeof value === 'object') {
    emit('{');
    for (const [key, each] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (each === undefined) continue;
      emit(`${JSON.stringify(key)}:`);
      write(each, emit);
      emit(',');
    }
    emit('}');
    return;
  }
  emit(Object.is(value, -0) ? '0' : (JSON.stringify(value) ?? 'null'));
}
