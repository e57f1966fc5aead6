import { NO_ROW, SideRows, type Table } from '../../columns/index.ts';
import { DAY_MS, type Detection, type Role, type StateReader, type StateWriter } from '../../model/index.ts';
import type { Encounter } from '../encounter.ts';
import { evidenceOf } from './detection.ts';
import type { ContactDetector } from './detector.ts';

/** Ports remembered of an entity; a machine that answers at more has no services to be surprised by. */
const MOST = 16;
/** From here on ports are handed out by chance (IANA dynamic ports; Linux begins at 32768). */
const EPHEMERAL = 32_768;
/** After so long of answering, a further port is something new. */
const LEARNING_MS = 3 * DAY_MS;
/** A port that was new stays so for a day: what is asked more often within it is the same news. */
const ANSWERS_TO_TELL = 2;
const EXPECTED_ROLES: ReadonlySet<Role> = new Set<Role>(['nat', 'proxy']);
/** Whoever asks at every port finds what was always there: that it answers them says nothing of when it began to. */
const ASKING_ROLES: ReadonlySet<Role> = new Set<Role>(['scanner', 'monitoring']);

/**
 * A machine begins to answer at a port at which it never did: a back door, or a service that somebody set up.
 * ATT&CK T1571 (Non-Standard Port), T1543 (Create or Modify System Process). A state, for a person to confirm.
 */
export class NewService implements ContactDetector<NewService> {
  readonly #services: SideRows;
  readonly #since;
  readonly #size;
  readonly #ports;
  readonly #answers;

  constructor(rows: Table) {
    this.#services = new SideRows(rows, 'services');
    const { table } = this.#services;
    this.#since = table.f64('since');
    this.#size = table.u8('size');
    this.#ports = Array.from({ length: MOST }, (_, i) => table.u16(`port_${i}`));
    this.#answers = Array.from({ length: MOST }, (_, i) => table.u8(`answers_${i}`));
  }

  concerns(encounter: Encounter): boolean {
    const { contact } = encounter;
    if (contact.direction !== 'inbound' || contact.outcome !== 'established') return false;
    if (contact.protocol !== 'tcp' || contact.port === null || contact.port >= EPHEMERAL) return false;
    return !encounter.hasRole(EXPECTED_ROLES) && !contact.peerRoles.some((role) => ASKING_ROLES.has(role));
  }

  observe({ row, contact }: Encounter): Detection | null {
    const port = contact.port as number;
    const own = this.#services.at(row);
    if (own === NO_ROW) {
      const made = this.#services.make(row);
      this.#since.set(made, contact.time);
      this.#learn(made, port, ANSWERS_TO_TELL);
      return null;
    }
    const isLearning = contact.time - this.#since.at(own) < LEARNING_MS;
    const place = this.#find(own, port);
    if (place === -1) this.#learn(own, port, isLearning ? ANSWERS_TO_TELL : 1);
    if (place === -1) return null;
    const answers = this.#answers[place]?.at(own) ?? 0;
    if (answers >= ANSWERS_TO_TELL) return null;
    this.#answers[place]?.set(own, answers + 1);
    return answers + 1 < ANSWERS_TO_TELL ? null : describe(port, this.#size.at(own) - 1, contact);
  }

  forget(): void {
    // A service that was seen once is known for good.
  }

  end(row: number): void {
    this.#services.end(row);
  }

  /** The port counts as answered at once: the next answer is told. */
  askAgain(row: number, port: string | null): void {
    const own = this.#services.at(row);
    const place = own === NO_ROW ? -1 : this.#find(own, Number(port));
    this.#answers[place]?.set(own, ANSWERS_TO_TELL - 1);
  }

  moveTo(other: NewService, row: number, otherRow: number): void {
    this.#services.moveTo(other.#services, row, otherRow);
  }

  save(to: StateWriter): void {
    this.#services.save(to);
  }

  load(from: StateReader): void {
    this.#services.load(from);
  }

  #find(own: number, port: number): number {
    for (let place = 0; place < this.#size.at(own); place++) {
      if (this.#ports[place]?.at(own) === port) return place;
    }
    return -1;
  }

  /** @param answers so many as if it had been told, for one that is learnt */
  #learn(own: number, port: number, answers: number): void {
    const size = this.#size.at(own);
    if (size >= MOST) return;
    this.#ports[size]?.set(own, port);
    this.#answers[size]?.set(own, answers);
    this.#size.set(own, size + 1);
  }
}

function describe(port: number, known: number, contact: Encounter['contact']): Detection {
  const text = `Device answers at port ${port}, at which it never answered before`;
  return {
    type: 'new_service',
    at: contact.time,
    severity: 'low',
    confidence: known === 0 ? 0.7 : 0.6,
    description: text,
    technique: 'T1571',
    expected: `${known} ports at which it answers`,
    observed: `port ${port} as well`,
    evidence: [evidenceOf(contact, text, 1, contact.display)],
  };
}
