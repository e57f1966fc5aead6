const MICROS_PER_SECOND = 1_000_000;
/** As seconds this would be the year 5138; as milliseconds (`JSON_timestamps = JSON::TS_MILLIS`) it is 1973. */
const FIRST_MILLISECONDS = 100_000_000_000;

export function microsOfNumber(value: number): number {
  return Math.round(value >= FIRST_MILLISECONDS ? value * 1_000 : value * MICROS_PER_SECOND);
}

/** ISO 8601 in UTC or with an offset (`JSON_timestamps = JSON::TS_ISO8601`), up to microseconds. */
export function microsOfInstant(text: string): number | null {
  const parts = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)$/.exec(text);
  if (parts === null) return null;
  const [, seconds = '', fraction = '', zone = 'Z'] = parts;
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const ms = Date.parse(`${seconds}${offset}`);
  return Number.isNaN(ms) ? null : ms * 1_000 + Number(fraction.slice(0, 6).padEnd(6, '0'));
}
