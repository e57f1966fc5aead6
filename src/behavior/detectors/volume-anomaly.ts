import { type Detection, type EpochMs, type Evidence } from '../../model/index.ts';
import type { Departure } from '../baselines.ts';
import type { Distance } from '../drift.ts';

/** An hour in which as much is done comes once in a million. */
const IMPROBABLE = 1e-6;
/** From here on an hour is ordinary again. */
const ORDINARY = 0.01;
/** … and so many connections at least, and so many times the usual: a person would call that much. */
const LEAST_CONNECTIONS = 50;
const LEAST_TIMES = 4;
const MOST_CONFIDENCE = 0.95;

/**
 * A machine that does much more than it ever does: the count or the bytes of an hour are improbable by its own rates
 * (discounted negative binomials), or its days have left what they were weeks ago. A state: it ends with an ordinary hour.
 */
export function volumeAnomaly(
  { at, hour }: Required<Pick<Detection, 'at' | 'hour'>>,
  { connections, usualConnections }: Departure,
  tail: number,
): Detection | null {
  const isMuch = connections >= LEAST_CONNECTIONS && connections >= LEAST_TIMES * usualConnections;
  if (tail > IMPROBABLE || !isMuch) return null;
  const usual = Math.round(usualConnections * 10) / 10;
  const text = `Device made ${connections} connections within an hour; ${usual} are usual`;
  // What comes once in ten million hours is surely not chance; chance is not all that there is.
  const confidence = Math.min(MOST_CONFIDENCE, 0.5 + 0.05 * (-Math.log10(tail) - 6) + 0.1);
  const expected = `about ${usual} connections an hour`;
  return { ...detection(at, text, expected, `${connections}`, confidence, connections), hour };
}

export function isOrdinaryAmount(tail: number): boolean {
  return tail >= ORDINARY;
}

/** Its recent days are not like those of weeks ago, though each hour is like the one before. */
export function driftAnomaly(at: EpochMs, { recent, anchor, what }: Distance): Detection {
  const said = (value: number) =>
    what === 'connections'
      ? `${Math.round(value * 10) / 10} connections an hour`
      : `${inBytes(value)} an hour`;
  const text = `Device has come to ${said(recent)} over days; weeks ago it was ${said(anchor)}`;
  return detection(at, text, said(anchor), said(recent), 0.6, null);
}

function detection(
  at: EpochMs,
  text: string,
  expected: string,
  observed: string,
  confidence: number,
  count: number | null,
): Detection {
  const evidence: Evidence = {
    summary: text,
    at,
    sensor: null,
    uid: null,
    communityId: null,
    count,
    subject: null,
  };
  return {
    type: 'volume_anomaly',
    at,
    severity: 'low',
    confidence: Math.round(confidence * 100) / 100,
    description: text,
    technique: null,
    expected,
    observed,
    evidence: [evidence],
  };
}

function inBytes(magnitude: number): string {
  const kilobytes = 2 ** (magnitude - 1) / 1_000;
  return kilobytes < 1_000 ? `${Math.round(kilobytes)} kB` : `${Math.round(kilobytes / 1_000)} MB`;
}
