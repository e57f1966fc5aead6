import { ANOMALY_NATURE } from '../model/index.ts';
import type { Admit } from './anomalies.ts';
import type { Shared } from './grounds.ts';
import { during } from './maintenance-note.ts';

/**
 * What operators said decides whether a detection is raised: one that is suppressed is counted; one of a state does not
 * open during maintenance, one of an hour where the hour lies in it; an act does, and says that it was then. What was held
 * back is asked for again when the word is over.
 */
export function admission(
  shared: Pick<Shared, 'directory' | 'suppressions' | 'maintenance' | 'heldBack'>,
): Admit {
  return (entity, detection) => {
    const { directory, suppressions, maintenance, heldBack } = shared;
    const whose = suppressions.isEmpty && maintenance.isEmpty ? null : directory.profile(entity);
    if (whose === null) return detection;
    const suppression = suppressions.holds(whose, detection, detection.at);
    if (suppression !== null) {
      heldBack.add(entity, detection, { id: suppression.id, until: suppression.expiresAt });
      return null;
    }
    const { at, hour } = detection;
    // Of an hour it matters what was done in it, not that work begins as it ends.
    const window = hour === undefined ? maintenance.at(whose, at) : maintenance.duringHour(whose, hour);
    if (window === null) return detection;
    if (ANOMALY_NATURE[detection.type] === 'act') return during(window, detection);
    maintenance.count(window.id);
    heldBack.add(entity, detection, { id: window.id, until: window.to });
    return null;
  };
}
