import { type Detection, type EpochMs, HOUR_MS } from '../../model/index.ts';
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
  readonly #failed = new RecentDistinct(WINDOW_MS, CAPACITY, (key) => this.#count(key, -1));
  readonly #hostsByPort = new Map<string, number>();
  readonly #portsByHost = new Map<string, number>();
  #reported = 0;
  #reportedAt = Number.NEGATIVE_INFINITY;

  observe(contact: Contact, { roles }: Circumstances): Detection | null {
    if (!isFailedProbe(contact) || roles.some((role) => EXPECTED_ROLES.has(role))) return null;
    const key = `${contact.port} ${contact.peer}`;
    if (this.#failed.add(key, contact.time)) this.#count(key, 1);
    const hosts = this.#hostsByPort.get(String(contact.port)) ?? 0;
    const ports = this.#portsByHost.get(contact.peer) ?? 0;
    const vertical = ports / VERTICAL_THRESHOLD > hosts / HORIZONTAL_THRESHOLD;
    const count = vertical ? ports : hosts;
    const threshold = vertical ? VERTICAL_THRESHOLD : HORIZONTAL_THRESHOLD;
    if (count < threshold || !this.#isNews(count, contact.time)) return null;
    this.#reported = count;
    this.#reportedAt = contact.time;
    return describe(contact, vertical, count, threshold);
  }

  snapshot(): unknown {
    return [this.#failed.snapshot(), this.#reported, this.#reported === 0 ? null : this.#reportedAt];
  }

  /** Said once per doubling within a window: a scan of thousands is one story, not thousands. */
  #isNews(count: number, time: EpochMs): boolean {
    return count >= this.#reported * 2 || time - this.#reportedAt >= WINDOW_MS;
  }

  #count(key: string, change: 1 | -1): void {
    const space = key.indexOf(' ');
    add(this.#hostsByPort, key.slice(0, space), change);
    add(this.#portsByHost, key.slice(space + 1), change);
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

function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
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
