import { type Detection, HOUR_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { type Circumstances, confidenceOf, type Detector, evidenceOf } from './detector.ts';
import { RecentDistinct } from './recent.ts';

/** Hosts on one port (horizontal) or ports on one host (vertical) that did not answer, within an hour. */
const HORIZONTAL_THRESHOLD = 25;
const VERTICAL_THRESHOLD = 15;
const WINDOW_MS = HOUR_MS;
/** Distinct failed targets remembered; above it the counts are at least this. */
const CAPACITY = 512;
const EXPECTED_ROLES = new Set(['scanner', 'monitoring', 'nat', 'proxy']);

/**
 * A machine of ours that probes: many targets which do not answer. Only TCP counts: UDP without an
 * answer is ordinary (time, discovery, streaming). What the Internet probes at us is not an anomaly
 * of ours. ATT&CK T1046 (Network Service Discovery).
 */
export class PortScan implements Detector {
  /** `peer port` pairs that failed. */
  readonly #failed = new RecentDistinct(WINDOW_MS, CAPACITY);
  readonly #hostsByPort = new Map<number, number>();
  readonly #portsByHost = new Map<string, number>();
  #reported = 0;

  observe(contact: Contact, { roles }: Circumstances): Detection | null {
    if (!isFailedProbe(contact) || roles.some((role) => EXPECTED_ROLES.has(role))) return null;
    this.#note(contact);
    const hosts = this.#hostsByPort.get(contact.port ?? 0) ?? 0;
    const ports = this.#portsByHost.get(contact.peer) ?? 0;
    const vertical = ports / VERTICAL_THRESHOLD > hosts / HORIZONTAL_THRESHOLD;
    const count = vertical ? ports : hosts;
    const threshold = vertical ? VERTICAL_THRESHOLD : HORIZONTAL_THRESHOLD;
    if (count < threshold) {
      this.#reported = 0;
      return null;
    }
    // Said once per doubling: a scan of thousands is one story, not thousands.
    if (count < this.#reported * 2) return null;
    this.#reported = count;
    return describe(contact, vertical, count, threshold);
  }

  snapshot(): unknown {
    return [this.#failed.snapshot(), this.#reported];
  }

  /** Adds the probe and recounts what is still in the window. */
  #note(contact: Contact): void {
    const before = this.#failed.size;
    const isNew = this.#failed.add(`${contact.port} ${contact.peer}`, contact.time);
    if (isNew && this.#failed.size === before + 1) {
      increment(this.#hostsByPort, contact.port ?? 0);
      increment(this.#portsByHost, contact.peer);
      return;
    }
    if (!isNew) return;
    this.#recount();
  }

  #recount(): void {
    this.#hostsByPort.clear();
    this.#portsByHost.clear();
    for (const key of this.#failed.keys()) {
      const space = key.indexOf(' ');
      increment(this.#hostsByPort, Number(key.slice(0, space)));
      increment(this.#portsByHost, key.slice(space + 1));
    }
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

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
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
