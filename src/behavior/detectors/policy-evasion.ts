import type { PackedTexts, Table } from '../../columns/index.ts';
import type { Detection, EpochMs, Role, StateReader, StateWriter } from '../../model/index.ts';
import type { Encounter } from '../encounter.ts';
import { confidenceOf, evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';
import { Watch, WINDOW_MS } from './watch.ts';

/** Distinct destinations and ports remembered at which it was stopped. */
const CAPACITY = 64;
/** One address stands for many machines: one was stopped, another one reached it. */
const SPEAK_FOR_OTHERS: ReadonlySet<Role> = new Set<Role>(['nat', 'proxy']);
/** Who asks at many ports of a machine inside by its role is stopped at some. The world beyond is nobody's to try so. */
const TRY_INSIDE: ReadonlySet<Role> = new Set<Role>(['scanner', 'monitoring']);

/**
 * A machine that was stopped on its way to a destination and reaches the same one by another port within the hour.
 * ATT&CK T1048 (Exfiltration Over Alternative Protocol), T1571 (Non-Standard Port). Only what an enforcement point says
 * it stopped counts as stopped.
 */
export class PolicyEvasion implements ContactDetector<PolicyEvasion> {
  readonly #stopped: Watch;

  constructor(rows: Table, texts: PackedTexts) {
    this.#stopped = new Watch(rows, 'policy_evasion', texts, CAPACITY);
  }

  concerns(encounter: Encounter): boolean {
    const { row, contact } = encounter;
    if (contact.direction !== 'outbound' || contact.port === null) return false;
    if (contact.outcome !== 'blocked' && contact.outcome !== 'established') return false;
    if (contact.outcome === 'established' && this.#stopped.size(row) === 0) return false;
    if (contact.internal && encounter.hasRole(TRY_INSIDE)) return false;
    return !encounter.hasRole(SPEAK_FOR_OTHERS);
  }

  observe({ row, contact }: Encounter): Detection | null {
    const { peer, time } = contact;
    const port = contact.port as number;
    if (contact.outcome === 'blocked') {
      this.#stopped.see(row, { text: peer, port }, time);
      return null;
    }
    const ports = this.#stopped.portsSince(row, peer, time - WINDOW_MS);
    if (ports.length === 0 || ports.includes(port)) return null;
    const { length: count } = ports;
    if (count <= this.#stopped.told(row) && time - this.#stopped.toldAt(row) < WINDOW_MS) return null;
    this.#stopped.tell(row, count, time);
    return describe(contact, port, count);
  }

  forget(row: number, now: EpochMs): void {
    this.#stopped.forget(row, now);
  }

  end(row: number): void {
    this.#stopped.end(row);
  }

  askAgain(row: number): void {
    this.#stopped.askAgain(row);
  }

  moveTo(other: PolicyEvasion, row: number, otherRow: number): void {
    this.#stopped.moveTo(other.#stopped, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#stopped.save(to);
  }

  load(from: StateReader): void {
    this.#stopped.load(from);
  }
}

function describe(contact: Encounter['contact'], port: number, count: number): Detection {
  const ports = count === 1 ? 'one port' : `${count} ports`;
  const text = `Device was stopped at ${ports} of a destination and reached it by port ${port} within the hour`;
  return {
    type: 'policy_evasion',
    at: contact.time,
    severity: 'medium',
    confidence: confidenceOf(count, 1, 0.6),
    description: text,
    technique: 'T1571',
    expected: 'a destination that is forbidden is not reached',
    observed: `reached by port ${port} after ${ports} had been stopped`,
    evidence: [evidenceOf(contact, text, count, contact.display)],
    // It is about all the ports, those at which it was stopped among them.
    targets: [{ subject: contact.display }],
  };
}
