import { HOUR_MS, rank, SEVERITIES } from '../../../src/model/index.ts';
import { anomaliesAt, type AnomalyState } from '../product/lived.ts';
import type { Placement } from '../placement/place.ts';
import type { Attacked } from './judged.ts';

/** What is said within an hour after an attack's last event is still said of it. */
const AFTERWARDS_MS = HOUR_MS;

export function watchedUntil({ end }: Placement): number {
  return end + AFTERWARDS_MS;
}

/**
 * Whether an anomaly tells of a placed attack: on its host, by a detection between its beginning and an hour after its
 * end that was not made when the same life was lived without it.
 */
export function isTrue({ quiet, lived, placements }: Attacked, { who, anomaly }: AnomalyState): boolean {
  return placements.some((placement) => {
    if (placement.host !== who) return false;
    const before = new Set(
      quiet.lived.detections
        .filter((each) => each.who === who && each.type === anomaly.type)
        .map(({ at }) => at),
    );
    return lived.detections.some(
      ({ who: whose, type, at }) =>
        whose === who &&
        type === anomaly.type &&
        at >= placement.begin &&
        at <= watchedUntil(placement) &&
        !before.has(at),
    );
  });
}

/** Open anomalies at an instant as an operator's list has them: most severe first, then most confident. */
export function listAt({ lived }: Attacked, at: number): readonly AnomalyState[] {
  return anomaliesAt(lived, at)
    .filter(({ anomaly }) => anomaly.status !== 'closed')
    .sort(
      ({ anomaly: a }, { anomaly: b }) =>
        rank(SEVERITIES, b.severity) - rank(SEVERITIES, a.severity) || b.confidence - a.confidence,
    );
}
