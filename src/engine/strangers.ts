import type { StrangersMeant } from '../entities/index.ts';
import { DAY_MS, type DeviceId, type EntityId, type EpochMs, HOUR_MS } from '../model/index.ts';
import type { EngineState } from './engine-state.ts';

/** A stranger that was silent for so long is forgotten. */
const SILENT_MS = 90 * DAY_MS;
/** One of whom an anomaly was told, when there is no more news of it than that: as long as anomalies are kept. */
const ANOMALIES_KEPT_MS = 400 * DAY_MS;
/** Where there is no more room: who passed by, within an hour from first to last, and has been away for as long … */
const PASSING_MS = HOUR_MS;
/** … and then whoever has been away for so long: by then a user's posture no longer follows from it (contract §3). */
const AWAY_MS = 14 * DAY_MS;
/** At a full hour no more than that: each takes some 20 µs, while which nothing else runs. */
const MOST_AT_ONCE = 1_024;

type Fleet = Pick<EngineState, 'directory' | 'weaknesses' | 'identities' | 'partitionOf'>;

/**
 * Strangers are not kept for good: machines that were discovered, that nobody adopted, and that have long been silent. What
 * is known of least goes first, and only where room is needed sooner (docs/adr/0028). It follows from time and the state.
 */
export function strangersToForget(fleet: Fleet, now: EpochMs): ReadonlySet<DeviceId> {
  const { directory } = fleet;
  const meant = (isMeant: StrangersMeant['isMeant'], isSpared: StrangersMeant['isSpared']) =>
    new Set(directory.strangers({ isMeant, isSpared, most: MOST_AT_ONCE }));
  const isSpokenFor = spokenFor(fleet);
  const isTold = (id: DeviceId): boolean => isSpokenFor(id) || lastTold(fleet, id) > now - ANOMALIES_KEPT_MS;
  const silent = meant((_, last) => last < now - SILENT_MS, isTold);
  if (!directory.isFull || silent.size > 0) return silent;
  const passing = meant((first, last) => last - first < PASSING_MS && last < now - PASSING_MS, isTold);
  if (passing.size > 0) return passing;
  return meant(
    (_, last) => last < now - AWAY_MS,
    (id) => isSpokenFor(id) || isActed(fleet, id),
  );
}

/** Somebody imported what is installed on it, or it asked for a certificate. All are looked up once, for the first who is asked for. */
function spokenFor({ weaknesses, identities }: Fleet): (id: DeviceId) => boolean {
  let all: ReadonlySet<EntityId> | null = null;
  return (id) => {
    all ??= new Set([...weaknesses.book.installedOn(), ...identities.holders()]);
    return all.has(id);
  };
}

/** When there was news of an anomaly of it last. */
function lastTold(fleet: Fleet, id: DeviceId): EpochMs {
  return fleet
    .partitionOf(id)
    .anomalies.of(id)
    .reduce((last, { updatedAt }) => Math.max(last, updatedAt), -Infinity);
}

/** Something that it did is being looked into; that it is silent is not. */
function isActed(fleet: Fleet, id: DeviceId): boolean {
  return fleet
    .partitionOf(id)
    .anomalies.open(id)
    .some(({ type }) => type !== 'unexpected_offline');
}
