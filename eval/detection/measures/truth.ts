import { HOUR_MS, rank, SEVERITIES } from '../../../src/model/index.ts';
import { anomaliesAt, type AnomalyState, type Said } from '../product/lived.ts';
import type { Placement } from '../placement/place.ts';
import type { Attacked } from './judged.ts';

/** What is said within an hour after an attack's last event is still said of it. */
const AFTERWARDS_MS = HOUR_MS;

export function watchedUntil({ end }: Placement): number {
  return end + AFTERWARDS_MS;
}

/**
 * What was said of a placed attack: on its host, between its beginning and an hour after its end, and not when the same
 * life was lived without it.
 */
export function trueDetections({ quiet, lived }: Attacked, placement: Placement): readonly Said[] {
  const { host, begin } = placement;
  const until = watchedUntil(placement);
  const before = new Set(quiet.lived.detections.filter(({ who }) => who === host).map(keyOf));
  return lived.detections.filter(
    (each) => each.who === host && each.at >= begin && each.at <= until && !before.has(keyOf(each)),
  );
}

/** An anomaly is true where a true detection opened it or let it grow. */
export function isTrue(life: Attacked, { who, anomaly }: AnomalyState): boolean {
  return life.placements.some(
    (placement) =>
      placement.host === who && trueDetections(life, placement).some(({ type }) => type === anomaly.type),
  );
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

function keyOf({ type, at, evidence }: Said): string {
  return `${type} ${at} ${evidence[0]?.subject}`;
}
