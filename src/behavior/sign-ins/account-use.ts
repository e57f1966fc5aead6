import type { WorkCalendar } from '../site-clock.ts';
import type { SignIn } from './sign-in.ts';

/** A sign-in as the account's habits are judged by. */
export interface AccountUse {
  readonly signIn: SignIn;
  /** Where it came from: a device of ours, or a network outside (/24, /48); `null` where not said. */
  readonly place: string | null;
  readonly isService: boolean;
  /** 0 … 47 in the site's own time: see `LocalHour`. */
  readonly hour: number;
  readonly isWorkHour: WorkCalendar;
}
