import type { EpochMs, Role } from '../model/index.ts';
import type { SiteClock } from './site-clock.ts';

/** What kind of hour one is to an entity. */
export interface Calendar {
  readonly clock: SiteClock;
  /** Whether work was done on it in the hour that begins then: such an hour is no example of anything. Absent: never. */
  readonly isMaintained?: ((hour: EpochMs) => boolean) | undefined;
}

/** What must be known of an entity beside what it did. */
export interface Circumstances extends Calendar {
  readonly enrolledAt: EpochMs | null;
  /** `ip_camera`, …; `null` where nobody says. */
  readonly kind: string | null;
  readonly roles: readonly Role[];
  /** The time of the fleet: one record that is ahead of it makes nobody forget. */
  readonly now: EpochMs;
}
