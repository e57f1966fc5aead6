import type { Table, PackedTexts } from '../../columns/index.ts';
import type { Detection, EpochMs, Role, StateReader, StateWriter } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import type { Encounter } from '../encounter.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { Watch, WINDOW_MS } from './watch.ts';

/** Hosts on one port (horizontal) or ports on one host (vertical) that did not answer, within an hour. */
const HORIZONTAL_THRESHOLD = 25;
const VERTICAL_THRESHOLD = 15;
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

  observe({ row, contact }: Encounter): Detection | null {
    const target = { text: contact.peer, port: contact.port ?? 0 };
    this.#failed.see(row, target, contact.time);
    const hosts = this.#failed.withPort(row, target.port);
    const ports = this.#failed.withText(row, target.text);
    const vertical = ports / VERTICAL_THRESHOLD > hosts / HORIZONTAL_THRESHOLD;
    const count = vertical ? ports : hosts;
    const threshold = vertical ? VERTICAL_THRESHOLD : HORIZONTAL_THRESHOLD;
    if (count < threshold || !this.#isNews(row, count, contact.time)) return null;
    this.#failed.tell(row, count, contact.time);
    return describe(contact, vertical, count, threshold);
  }

  forget(row: number, now: EpochMs): void {
    this.#failed.forget(row, now);
  }

  end(row: number): void {
    this.#failed.end(row);
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

function describe(contact: Contact, vertical: boolean, count: number, threshold: number): Detection {
  const what = vertical ? `${count} ports of one host` : `port ${contact.port} of ${count} hosts`;
  const text = `Device probed ${what} without an answer within an hour`;
  return {
    type: 'port_scan',
    at: contact.time,
    severity: contact.internal ? 'high' : 'medium',
    confidence: confidenceOf(count, threshold, 0.7),
    description: text,
    technique: 'T1046',
    expected: `fewer than ${threshold} unanswered targets within an hour`,
    observed: what,
    evidence: [evidenceOf(contact, text, count, contact.display)],
  };
}
