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
import type { Contact } from '../contact.ts';
import type { Encounter } from '../encounter.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { Watch, WINDOW_MS } from './watch.ts';

/** Hosts on one port (horizontal) or ports on one host (vertical) that did not answer, within an hour. */
const HORIZONTAL_THRESHOLD = 25;
/** … of a machine that turns to many more inside than it ever does. */
const FAR_FLUNG_THRESHOLD = 12;
const VERTICAL_THRESHOLD = 15;
/** Hosts inside on one port, the last of them new to the machine, that did not answer within half a minute: a sweep. */
const SWEEP_THRESHOLD = 10;
const SWEEP_MS = 30_000;
/** A machine that is asked every day, and is off, is none that is looked for. */
const KNOWN_AFTER_MS = DAY_MS;
/** Distinct failed targets remembered; above it the counts are at least this. */
const CAPACITY = 512;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['scanner', 'monitoring', 'nat', 'proxy']);

/**
 * A machine of ours that probes: many targets which do not answer. Only TCP counts: UDP without an
 * answer is ordinary (time, discovery, streaming). What the Internet probes at us is not an anomaly
 * of ours. ATT&CK T1046 (Network Service Discovery).
 */
export class PortScan implements ContactDetector<PortScan> {
  /** Peers and ports that failed. */
  readonly #failed: Watch;

  constructor(rows: Table, texts: PackedTexts) {
    this.#failed = new Watch(rows, 'port_scan', texts, CAPACITY);
  }

  concerns(encounter: Encounter): boolean {
    return isFailedProbe(encounter.contact) && !encounter.hasRole(EXPECTED_ROLES);
  }

  observe(encounter: Encounter): Detection | null {
    const { row, contact } = encounter;
    const target = { text: contact.peer, port: contact.port ?? 0 };
    this.#failed.see(row, target, contact.time);
    const probed = [
      this.#hosts(encounter, target.port),
      sweep(this.#swept(encounter, target.port), contact),
      ports(this.#failed.withText(row, target.text), contact),
    ].reduce((a, b) => (b.count / b.threshold > a.count / a.threshold ? b : a));
    const { count, threshold } = probed;
    if (count < threshold || !this.#isNews(row, count, contact.time)) return null;
    this.#failed.tell(row, count, contact.time);
    return describe(contact, probed);
  }

  forget(row: number, now: EpochMs): void {
    this.#failed.forget(row, now);
  }

  end(row: number): void {
    this.#failed.end(row);
  }

  askAgain(row: number): void {
    this.#failed.askAgain(row);
  }

  moveTo(other: PortScan, row: number, otherRow: number): void {
    this.#failed.moveTo(other.#failed, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#failed.save(to);
  }

  load(from: StateReader): void {
    this.#failed.load(from);
  }

  /** Hosts at which it tried a port; inside half as many are enough for one that turns to many more than it ever does. */
  #hosts(encounter: Encounter, port: number): Probed {
    const { row, contact } = encounter;
    const count = this.#failed.withPort(row, port);
    const isUndecided = contact.internal && count >= FAR_FLUNG_THRESHOLD && count < HORIZONTAL_THRESHOLD;
    const threshold = isUndecided && encounter.isFarFlung ? FAR_FLUNG_THRESHOLD : HORIZONTAL_THRESHOLD;
    return hosts(count, threshold, contact);
  }

  /** Hosts inside at which it tried a port a moment ago; none where it has long known the last of them. */
  #swept(encounter: Encounter, port: number): number {
    const { row, contact } = encounter;
    if (!contact.internal) return 0;
    const swept = this.#failed.withPortSince(row, port, contact.time - SWEEP_MS);
    if (swept < SWEEP_THRESHOLD) return swept;
    const { knownSince } = encounter;
    return knownSince === null || contact.time - knownSince < KNOWN_AFTER_MS ? swept : 0;
  }

  /** Said once per doubling within a window: a scan of thousands is one story, not thousands. */
  #isNews(row: number, count: number, time: EpochMs): boolean {
    return count >= this.#failed.told(row) * 2 || time - this.#failed.toldAt(row) >= WINDOW_MS;
  }
}

function isFailedProbe(contact: Contact): boolean {
  return (
    contact.direction === 'outbound' &&
    contact.protocol === 'tcp' &&
    contact.port !== null &&
    (contact.outcome === 'unanswered' || contact.outcome === 'rejected' || contact.outcome === 'blocked')
  );
}

/** So many targets of a kind, beside how many are too many. */
interface Probed {
  readonly count: number;
  readonly threshold: number;
  readonly what: string;
  readonly within: string;
  /** Of many hosts or ports not every one is kept: what all of them have. */
  readonly target: EvidenceTarget;
}

function hosts(count: number, threshold: number, contact: Contact): Probed {
  const { port } = contact;
  return {
    count,
    threshold,
    what: `port ${port} of ${count} hosts`,
    within: 'an hour',
    target: anyHostAt(contact),
  };
}

function sweep(count: number, contact: Contact): Probed {
  const what = `port ${contact.port} of ${count} hosts inside`;
  const target = anyHostAt(contact);
  return { count, threshold: SWEEP_THRESHOLD, what, within: 'half a minute', target };
}

function ports(count: number, { display }: Contact): Probed {
  const what = `${count} ports of one host`;
  return { count, threshold: VERTICAL_THRESHOLD, what, within: 'an hour', target: { subject: display } };
}

function anyHostAt({ port }: Contact): EvidenceTarget {
  return { subject: null, ...(port === null ? {} : { port }) };
}

function describe(contact: Contact, { count, threshold, what, within, target }: Probed): Detection {
  const text = `Device probed ${what} without an answer within ${within}`;
  return {
    type: 'port_scan',
    at: contact.time,
    severity: contact.internal ? 'high' : 'medium',
    confidence: confidenceOf(count, threshold, 0.7),
    description: text,
    technique: 'T1046',
    expected: `fewer than ${threshold} unanswered targets within ${within}`,
    observed: what,
    evidence: [evidenceOf(contact, text, count, contact.display)],
    targets: [target],
  };
}
