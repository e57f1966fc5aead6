import type { Observation, Reading, SensorId, SiteId } from '../model/index.ts';
import type { Line } from './line.ts';
import type { SourceContext } from './reading-context.ts';

/** The intake's clock of these tests: 2026-06-01. */
export const CONTEXT: SourceContext = {
  site: 'hq' as SiteId,
  sensor: 'tap-1' as SensorId,
  now: Date.UTC(2026, 5, 1),
};

export function lineOf(content: unknown, complete = true): Line {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  return { offset: 0, end: bytes.length + 1, number: 1, bytes, fault: null, complete };
}

export function observations(readings: readonly Reading[]): readonly Observation[] {
  return readings.map((reading) => {
    if (reading.kind !== 'observation')
      throw new Error(`expected an observation, got ${JSON.stringify(reading)}`);
    return reading.observation;
  });
}

export const CANARY = 'canary.leaked.payload';

/**
 * The record with a canary in a new field at every level, and in place of every text that is named in
 * `forbidden` (by its last key).
 */
export function poisoned(value: unknown, forbidden: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((element) => poisoned(element, forbidden));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    forbidden.includes(key) && typeof inner === 'string' ? CANARY : poisoned(inner, forbidden),
  ]);
  return { ...Object.fromEntries(entries), unknown_field: CANARY, [CANARY]: CANARY };
}

/** Whether no reading holds what JSON would hide: `undefined`, `NaN`, an infinity. */
export function isSound(readings: readonly Reading[]): boolean {
  return valuesIn(readings).every(
    (value) => value !== undefined && (typeof value !== 'number' || Number.isFinite(value)),
  );
}

function valuesIn(value: unknown): readonly unknown[] {
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(valuesIn) : [value];
}

/** The value with one of its fields replaced, on the first or the second level. */
export function mutated(value: object, at: number, below: number, replacement: unknown): object {
  const entries: [string, unknown][] = Object.entries(value);
  const [key, inner] = entries[at % entries.length] ?? ['', null];
  if (typeof inner !== 'object' || inner === null || below === 0) return { ...value, [key]: replacement };
  return { ...value, [key]: mutated(inner, below, 0, replacement) };
}
