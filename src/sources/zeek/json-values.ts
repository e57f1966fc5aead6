const MICROS_PER_SECOND = 1_000_000;
/** As seconds this would be the year 5138; as milliseconds (`JSON_timestamps = JSON::TS_MILLIS`) it is 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

export function microsOfNumber(value: number): number {
  // JSON keeps no −0, nor do we.
  return Math.round(value >= FIRST_MILLISECONDS ? value * 1_000 : value * MICROS_PER_SECOND) + 0;
}

/**
 * A time of any year. Its size does not tell the unit (the last second of 9999, in seconds, is a day of 1978 in
 * milliseconds): it has the unit of the record's own time, which is near the present.
 */
export function millisOfNumber(value: number, recordTime: number): number {
  return Math.round(recordTime >= FIRST_MILLISECONDS ? value : value * 1_000) + 0;
}

export function microsOfInstant(text: string): number | null {
  const instant = parseInstant(text);
  return instant === null ? null : instant.ms * 1_000 + instant.micros;
}

export function millisOfInstant(text: string): number | null {
  const instant = parseInstant(text);
  return instant === null ? null : instant.ms + Math.round(instant.micros / 1_000);
}

/** ISO 8601 in UTC or with an offset (`JSON_timestamps = JSON::TS_ISO8601`): the whole second, and microseconds of the next. */
function parseInstant(text: string): { readonly ms: number; readonly micros: number } | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (parts === null) return null;
  const [, seconds = '', fraction = '', zone = 'Z'] = parts;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${seconds}${offset}`);
  return Number.isNaN(ms) ? null : { ms, micros: Number(fraction.slice(0, 6).padEnd(6, '0')) };
}
