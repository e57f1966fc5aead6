import type { Table, PackedTexts } from '../../columns/index.ts';
import {
  DAY_MS,
  type Detection,
  type EpochMs,
  type Role,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import { isAdministration } from '../administration.ts';
import type { Contact } from '../contact.ts';
import type { Encounter } from '../encounter.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { Watch } from './watch.ts';

/** Novel internal hosts within the window that an established entity never reaches in ordinary life. */
const THRESHOLD = 8;
/** A young baseline knows few hosts: so many more are needed at maturity 0. */
const THRESHOLD_UNLEARNT = 16;
/** That it turns to many more machines inside than it ever does is evidence as well; no reason to tell of fewer. */
const IF_FAR_FLUNG = 0.1;
/** A host met for the first time less than a day ago is still novel: the burst must not teach itself. */
const STILL_NOVEL_MS = DAY_MS;
const CAPACITY = 256;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['scanner', 'backup', 'monitoring', 'nat', 'proxy']);

/** Many internal hosts that were not in the baseline, reached for by the ports of administration. */
export class LateralMovement implements ContactDetector<LateralMovement> {
  readonly #reached: Watch;

  constructor(rows: Table, texts: PackedTexts) {
    this.#reached = new Watch(rows, 'lateral_movement', texts, CAPACITY);
  }

  concerns(encounter: Encounter): boolean {
    return isAdministration(encounter.contact) && !encounter.hasRole(EXPECTED_ROLES);
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact, knownSince, maturity } = encounter;
    if (knownSince !== null && contact.time - knownSince >= STILL_NOVEL_MS) return null;
    const before = this.#reached.size(row);
    // By address: a host that answers only later becomes a device of the fleet, and is still one host.
    this.#reached.see(row, { text: contact.display, port: 0 }, contact.time);
    const count = this.#reached.size(row);
    const told = count < before || count <= 1 ? 0 : this.#reached.told(row);
    const threshold = Math.round(THRESHOLD_UNLEARNT - (THRESHOLD_UNLEARNT - THRESHOLD) * maturity);
    const isNews = count >= threshold && count > told;
    this.#reached.tell(row, isNews ? count : told, contact.time);
    const floor = 0.5 + 0.3 * maturity;
    return isNews
      ? describe(contact, count, threshold, encounter.isFarFlung ? floor + IF_FAR_FLUNG : floor)
      : null;
  }

  forget(row: number, now: EpochMs): void {
    this.#reached.forget(row, now);
  }

  end(row: number): void {
    this.#reached.end(row);
  }

  moveTo(other: LateralMovement, row: number, otherRow: number): void {
    this.#reached.moveTo(other.#reached, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#reached.save(to);
  }

  load(from: StateReader): void {
    this.#reached.load(from);
  }
}

/** @param floor the confidence at the threshold */
function describe(contact: Contact, count: number, threshold: number, floor: number): Detection {
  const text = `Device attempting connections to ${count} internal hosts not in its baseline`;
  return {
    type: 'lateral_movement_attempt',
    at: contact.time,
    severity: count >= threshold * 1.5 ? 'critical' : 'high',
    confidence: confidenceOf(count, threshold, floor),
    description: text,
    technique: 'T1021',
    expected: `fewer than ${threshold} new internal hosts by administration ports within an hour`,
    observed: `${count} within an hour`,
    evidence: [evidenceOf(contact, text, count, contact.display)],
  };
}
