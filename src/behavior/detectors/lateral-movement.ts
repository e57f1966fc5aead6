import { DAY_MS, type Detection, HOUR_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { type Circumstances, confidenceOf, type Detector, evidenceOf } from './detector.ts';
import { RecentDistinct } from './recent.ts';

/**
 * Ports by which one machine takes hold of another: file and printer sharing, remote procedure
 * call, remote desktop, remote management, shells. ATT&CK T1021 (Remote Services) and sub-techniques.
 */
const ADMINISTRATION_PORTS = new Set([22, 23, 135, 139, 445, 3389, 5900, 5985, 5986]);
/** Novel internal hosts within the window that an established entity never reaches in ordinary life. */
const THRESHOLD = 8;
/** A young baseline knows few hosts: so many more are needed at maturity 0. */
const THRESHOLD_UNLEARNT = 16;
const WINDOW_MS = HOUR_MS;
/** A host met for the first time less than a day ago is still novel: the burst must not teach itself. */
const STILL_NOVEL_MS = DAY_MS;
const CAPACITY = 256;
const EXPECTED_ROLES = new Set(['scanner', 'backup', 'monitoring', 'nat', 'proxy']);

/** Many internal hosts that were not in the baseline, reached for by the ports of administration. */
export class LateralMovement implements Detector {
  readonly #reached = new RecentDistinct(WINDOW_MS, CAPACITY);
  #reported = 0;

  observe(contact: Contact, circumstances: Circumstances): Detection | null {
    if (!isAdministration(contact) || circumstances.roles.some((role) => EXPECTED_ROLES.has(role)))
      return null;
    if (!isNovel(contact, circumstances)) return null;
    const before = this.#reached.size;
    // By address: a host that answers only later becomes a device of the fleet, and is still one host.
    this.#reached.add(contact.display, contact.time);
    const count = this.#reached.size;
    if (count < before || count <= 1) this.#reported = 0;
    const threshold = Math.round(
      THRESHOLD_UNLEARNT - (THRESHOLD_UNLEARNT - THRESHOLD) * circumstances.maturity,
    );
    if (count < threshold || count <= this.#reported) return null;
    this.#reported = count;
    return describe(contact, count, threshold, circumstances.maturity);
  }

  snapshot(): unknown {
    return [this.#reached.snapshot(), this.#reported];
  }
}

function isAdministration(contact: Contact): boolean {
  return (
    contact.direction === 'outbound' &&
    contact.internal &&
    contact.port !== null &&
    ADMINISTRATION_PORTS.has(contact.port)
  );
}

function isNovel(contact: Contact, { baseline, novelPeer }: Circumstances): boolean {
  const known = baseline.destinations.get(contact.peer);
  return novelPeer || known === undefined || contact.time - known.firstSeen < STILL_NOVEL_MS;
}

function describe(contact: Contact, count: number, threshold: number, maturity: number): Detection {
  const text = `Device attempting connections to ${count} internal hosts not in its baseline`;
  return {
    type: 'lateral_movement_attempt',
    at: contact.time,
    severity: count >= threshold * 1.5 ? 'critical' : 'high',
    confidence: confidenceOf(count, threshold, 0.5 + 0.3 * maturity),
    description: text,
    technique: 'T1021',
    expected: `fewer than ${threshold} new internal hosts by administration ports within an hour`,
    observed: `${count} within an hour`,
    evidence: [evidenceOf(contact, text, count, contact.display)],
  };
}
