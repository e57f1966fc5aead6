import type { EpochMs, Role } from '../model/index.ts';
import type { Baseline } from './baseline.ts';
import { Behaviors, type Observed } from './behaviors.ts';
import type { Calendar } from './circumstances.ts';
import type { Contact } from './contact.ts';
import { clockOf } from './clock.fixture.ts';
import type { Anchor } from './new-normal.ts';
import type { WorkCalendar } from './site-clock.ts';

/** The behaviour of one entity, as a test asks for it. */
export class OneBehavior {
  readonly #behaviors = new Behaviors();
  readonly #row = this.#behaviors.begin();
  readonly #calendar: Calendar;

  constructor(isWorkHour: WorkCalendar = () => true, isMaintained: (hour: EpochMs) => boolean = () => false) {
    this.#calendar = { clock: clockOf(isWorkHour), isMaintained };
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
      ...this.#calendar,
    });
  }

  accept(): Anchor {
    return this.#behaviors.accept(this.#row);
  }

  revert(before: Anchor): void {
    this.#behaviors.revert(this.#row, before);
  }

  advance(time: EpochMs): boolean {
    return this.#behaviors.advance(this.#row, time, this.#calendar);
  }

  hear(time: EpochMs, sensorSteadySince?: EpochMs): void {
    this.#behaviors.hear(this.#row, time, sensorSteadySince);
  }

  offlineDeadline(sensorSteadySince?: EpochMs): EpochMs | null {
    return this.#behaviors.offlineDeadline(this.#row, sensorSteadySince);
  }
}
