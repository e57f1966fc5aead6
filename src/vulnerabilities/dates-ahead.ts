import { type AdvisorySource, DAY_MS, type EpochMs, iso, LIMITS } from '../model/index.ts';
import type { AdvisoryReading } from './advisories/read-advisories.ts';

/** Clocks are apart, and days begin elsewhere before they do here. */
const AHEAD_MS = DAY_MS;

/** Of two words the later one counts: one that is dated beyond tomorrow would count for ever. */
export function isAhead(date: EpochMs | null, now: EpochMs): boolean {
  return date !== null && date > now + AHEAD_MS;
}

const DATED: Readonly<Record<AdvisorySource, string>> = {
  osv: 'modified',
  cve: 'cveMetadata.dateUpdated',
  nvd: 'lastModified',
  csaf: 'document.tracking.current_release_date',
  openvex: 'timestamp',
  cyclonedx: 'metadata.timestamp',
};

/** What was read, without what is dated beyond tomorrow: an advisory and a document of VEX each by itself, a catalogue or a day of forecasts whole. */
export function refusingDatesAhead(reading: AdvisoryReading, now: EpochMs): AdvisoryReading {
  if (!reading.ok) return reading;
  const { exploited, forecast, advisories, statements } = reading.knowledge;
  const refusal = (field: string, date: EpochMs | null) =>
    `${field} is ${iso(date ?? 0)}; allowed is up to ${iso(now + AHEAD_MS)}, a day from now`;
  if (exploited !== null && isAhead(exploited.released, now)) {
    return { ok: false, message: refusal('dateReleased', exploited.released) };
  }
  if (forecast !== null && isAhead(forecast.scored, now)) {
    return { ok: false, message: refusal('score_date', forecast.scored) };
  }
  const late = advisories.filter(({ modified }) => isAhead(modified, now));
  const lateWords = new Map(
    statements.filter(({ at }) => isAhead(at, now)).map(({ document, at }) => [document, at]),
  );
  if (late.length + lateWords.size === 0) return reading;
  const refused = [
    ...late.map(({ id, source, modified }) => `${id}: ${refusal(DATED[source], modified)}`),
    ...Array.from(lateWords, ([document, at]) => `${document}: ${refusal('its timestamp', at)}`),
  ];
  const kept = {
    ...reading.knowledge,
    advisories: advisories.filter(({ modified }) => !isAhead(modified, now)),
    statements: statements.filter(({ document }) => !lateWords.has(document)),
  };
  const [first = ''] = refused;
  if (kept.advisories.length + kept.statements.length === 0) return { ok: false, message: first };
  return {
    ...reading,
    knowledge: kept,
    refused: [...reading.refused, ...refused].slice(0, LIMITS.refusalsPerFile),
    refusedTotal: reading.refusedTotal + refused.length,
  };
}
