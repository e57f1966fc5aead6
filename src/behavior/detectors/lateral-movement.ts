import type { Table, PackedTexts } from '../../columns/index.ts';
import {
  DAY_MS,
  type Detection,
  type EpochMs,
  type EvidenceTarget,
  type Role,
  type StateReader,
  type StateWriter,
} from '../../model/index.ts';
import { isAdministration } from '../administration.ts';
import type { Encounter } from '../encounter.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { confidenceIn, LEAST_ODDS, probabilityOf } from './odds.ts';
import type { Target } from './recent-distinct.ts';
import { rarityOf } from './strange-place.ts';
import { Watch } from './watch.ts';

/** Novel internal hosts within the window that an established entity never reaches in ordinary life. */
const THRESHOLD = 8;
/** A young baseline knows few hosts: so many more are needed at maturity 0. */
const THRESHOLD_UNLEARNT = 16;
/** That it turns to many more machines inside than it ever does is evidence as well; no reason to tell of fewer. */
const IF_FAR_FLUNG = 0.1;
/** What speaks for a movement to fewer: logarithms of likelihood ratios. */
const WEIGHTS = {
  /** Most machines inside that are met for the first time are met for good reasons. */
  prior: -8.5,
  /** What called nobody at a port of administration for n hours, nor did its kind, begins in an hour with a chance of 1 in n + 1. */
  mostFreshPort: 3,
  /** Each further machine within the hour: a new share or a colleague's desk is one. */
  further: 3.5,
  mostFurther: 7,
};
const MOST_CONFIDENCE = 0.95;
/**
 * A host that was taken hold of for the first time less than a day ago is still novel: the burst must not teach itself. That it was met by
 * other ports says nothing: whoever looks around first would know them all.
 */
const STILL_NOVEL_MS = DAY_MS;
const CAPACITY = 256;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['scanner', 'backup', 'monitoring', 'nat', 'proxy']);

/** Internal hosts that were not in the baseline, reached for by the ports of administration: many, or few by who never does. */
export class LateralMovement implements ContactDetector<LateralMovement> {
  readonly #reached: Watch;

  constructor(rows: Table, texts: PackedTexts) {
    this.#reached = new Watch(rows, 'lateral_movement', texts, CAPACITY);
  }

  concerns(encounter: Encounter): boolean {
    return isAdministration(encounter.contact) && !encounter.hasRole(EXPECTED_ROLES);
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact, heldSince, maturity } = encounter;
    if (heldSince !== null && contact.time - heldSince >= STILL_NOVEL_MS) return null;
    const before = this.#reached.size(row);
    // By address: a host that answers only later becomes a device of the fleet, and is still one host.
    this.#reached.seeText(row, { text: contact.display, port: contact.port ?? 0 }, contact.time);
    const count = this.#reached.size(row);
    const told = count < before || count <= 1 ? 0 : this.#reached.told(row);
    const threshold = Math.round(THRESHOLD_UNLEARNT - (THRESHOLD_UNLEARNT - THRESHOLD) * maturity);
    const isNews = count > told && count > 1;
    const found = isNews ? this.#judge(encounter, count, threshold) : null;
    this.#reached.tell(row, found === null ? told : count, contact.time);
    return found;
  }

  #judge(encounter: Encounter, count: number, threshold: number): Detection | null {
    const reached = this.#reached.targets(encounter.row);
    if (count >= threshold) return ofMany(encounter, reached, threshold);
    const odds = oddsOfFew(encounter, count);
    return odds < LEAST_ODDS ? null : ofFew(encounter, reached, odds);
  }

  forget(row: number, now: EpochMs): void {
    this.#reached.forget(row, now);
  }

  end(row: number): void {
    this.#reached.end(row);
  }

  askAgain(row: number): void {
    this.#reached.askAgain(row);
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

/**
 * Few machines are no movement by their number. They may be by who does it, and to whom: a machine that never called anybody
 * at this port of administration, as hardly any of its kind do, reaches for machines that hardly anybody else knows.
 */
function oddsOfFew({ hoursWithoutPort, contact }: Encounter, count: number): number {
  if (hoursWithoutPort === 0) return -Infinity;
  return (
    WEIGHTS.prior +
    Math.min(WEIGHTS.mostFreshPort, Math.log(1 + hoursWithoutPort)) +
    Math.min(WEIGHTS.mostFurther, WEIGHTS.further * (count - 1)) +
    rarityOf(contact.prevalence, contact.fleet)
  );
}

function ofFew({ contact }: Encounter, hosts: readonly Target[], odds: number): Detection {
  const what = `${hosts.length} internal hosts that are new to it, at port ${contact.port}, which it never used before`;
  const text = `Device attempting connections to ${what}`;
  return {
    type: 'lateral_movement_attempt',
    at: contact.time,
    severity: 'medium',
    confidence: confidenceIn(probabilityOf(odds), MOST_CONFIDENCE),
    description: text,
    technique: 'T1021',
    expected: 'no new internal hosts by a port of administration that it never used',
    observed: `${hosts.length} within an hour`,
    // Of each, so that what is said of one of them is not said of the movement; the latest first.
    evidence: hosts.map(({ text: host }) => evidenceOf(contact, text, hosts.length, host)).toReversed(),
    targets: targetsOf(hosts),
  };
}

function ofMany(encounter: Encounter, hosts: readonly Target[], threshold: number): Detection {
  const { contact, maturity } = encounter;
  const { length: count } = hosts;
  const floor = 0.5 + 0.3 * maturity + (encounter.isFarFlung ? IF_FAR_FLUNG : 0);
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
    targets: targetsOf(hosts),
  };
}

/** All hosts, each with the one port at which it was reached; once places run out there may have been more. */
function targetsOf(hosts: readonly Target[]): readonly EvidenceTarget[] {
  const known = hosts.map(({ text, port }) => (port === 0 ? { subject: text } : { subject: text, port }));
  return hosts.length < CAPACITY ? known : [...known, { subject: null }];
}
