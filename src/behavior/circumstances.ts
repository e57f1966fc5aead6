import type { EpochMs, Role } from '../model/index.ts';
import type { SiteClock } from './site-clock.ts';

/** What must be known of an entity beside what it did. */
export interface Circumstances {
  readonly enrolledAt: EpochMs | null;
  /** `ip_camera`, …; `null` where nobody says. */
  readonly kind: string | null;
  readonly roles: readonly Role[];
  /** The time of the fleet: one record that is ahead of it makes nobody forget. */
  readonly now: EpochMs;
  readonly clock: SiteClock;
}
