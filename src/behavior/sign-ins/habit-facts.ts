import type { EpochMs } from '../../model/index.ts';
import type { Places } from './places.ts';
import type { Share } from './share.ts';
import type { Trial } from './trial.ts';
import type { UsualHours } from './usual-hours.ts';

/** Where it signed in last. */
export interface Latest {
  readonly place: string;
  readonly site: string;
  readonly time: EpochMs;
}

/** By days: on how many of those on which it was used did this happen. */
export interface Shares {
  newPlace: Share;
  newOutside: Share;
  atOnce: Share;
  withoutMfa: Share;
  interactive: Share;
}

/** All that is known of how an account is used. */
export interface HabitFacts {
  readonly places: ReturnType<Places['snapshot']>;
  readonly hours: ReturnType<UsualHours['snapshot']>;
  readonly shares: Readonly<Shares>;
  readonly first: EpochMs | null;
  readonly days: number;
  readonly lastDay: number;
  readonly latest: Latest | null;
  readonly trial: Trial | null;
  readonly failed: number;
  readonly failedAt: EpochMs;
}
