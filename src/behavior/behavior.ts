import type { Detection, EpochMs, Role } from '../model/index.ts';
import { Baseline, type WorkCalendar } from './baseline.ts';
import type { Contact } from './contact.ts';
import type { Detector } from './detectors/detector.ts';
import { LateralMovement } from './detectors/lateral-movement.ts';
import { offlineDetection, Silence } from './detectors/offline.ts';
import { PortScan } from './detectors/port-scan.ts';

/** The behaviour of one entity: its baseline, its detectors, its silence. */
export class BehaviorOf {
  readonly baseline: Baseline;
  readonly #silence = new Silence();
  readonly #detectors: readonly Detector[] = [new LateralMovement(), new PortScan()];

  constructor(isWorkHour: WorkCalendar) {
    this.baseline = new Baseline(isWorkHour);
  }

  /** Takes a contact in event order; what it departs from is judged before it is learnt. */
  observe(contact: Contact, enrolledAt: EpochMs | null, roles: readonly Role[]): Observed {
    const circumstances = {
      baseline: this.baseline,
      maturity: this.baseline.maturity(enrolledAt, contact.time),
      roles,
      novelPeer: this.baseline.destinations.get(contact.peer) === undefined,
    };
    const deviationMoved = this.baseline.observe(contact);
    const detections: Detection[] = [];
    for (const detector of this.#detectors) {
      const detection = detector.observe(contact, circumstances);
      if (detection !== null) detections.push(detection);
    }
    return { detections, deviationMoved };
  }

  /** Any sign of life, also one that is not a connection. */
  hear(time: EpochMs, sensorSteadySince: EpochMs = 0): void {
    this.#silence.hear(time, sensorSteadySince, this.offlineDeadline(sensorSteadySince));
  }

  /**
   * When its silence will be a departure, if nothing is heard until then.
   * @param sensorSteadySince before this its sensor was silent too: the waiting starts anew
   */
  offlineDeadline(sensorSteadySince: EpochMs = 0): EpochMs | null {
    return this.#silence.deadline(this.baseline, sensorSteadySince);
  }

  offline(now: EpochMs): Detection {
    return offlineDetection(this.#silence, now);
  }

  snapshot(): unknown {
    return [
      this.baseline.snapshot(),
      this.#silence.snapshot(),
      this.#detectors.map((each) => each.snapshot()),
    ];
  }
}

export interface Observed {
  readonly detections: readonly Detection[];
  readonly deviationMoved: boolean;
}
