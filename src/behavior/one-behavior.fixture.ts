import type { EpochMs, Role } from '../model/index.ts';
import type { Baseline } from './baseline.ts';
import { Behaviors, type Observed } from './behaviors.ts';
import type { Contact } from './contact.ts';
import { clockOf } from './clock.fixture.ts';
import type { SiteClock, WorkCalendar } from './site-clock.ts';

/** The behaviour of one entity, as a test asks for it. */
export class OneBehavior {
  readonly #behaviors = new Behaviors();
  readonly #row = this.#behaviors.begin();
  readonly #clock: SiteClock;

  constructor(isWorkHour: WorkCalendar = () => true) {
    this.#clock = clockOf(isWorkHour);
  }

  get baseline(): Baseline {
    return this.#behaviors.baseline(this.#row);
  }

  observe(contact: Contact, enrolledAt: EpochMs | null = null, roles: readonly Role[] = []): Observed {
    return this.#behaviors.observe(this.#row, contact, {
      enrolledAt,
      kind: null,
      roles,
      now: Number.POSITIVE_INFINITY,
      clock: this.#clock,
    });
  }

  advance(time: EpochMs): boolean {
    return this.#behaviors.advance(this.#row, time, this.#clock);
  }

  hear(time: EpochMs, sensorSteadySince?: EpochMs): void {
    this.#behaviors.hear(this.#row, time, sensorSteadySince);
  }

  offlineDeadline(sensorSteadySince?: EpochMs): EpochMs | null {
    return this.#behaviors.offlineDeadline(this.#row, sensorSteadySince);
  }
}
