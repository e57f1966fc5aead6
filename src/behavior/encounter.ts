import type { EpochMs, Role } from '../model/index.ts';
import type { Baselines } from './baselines.ts';
import type { Circumstances } from './circumstances.ts';
import type { Contact } from './contact.ts';

/**
 * A contact as detectors look at it: what it is, whose, and what was normal before it. There is one of it, which is
 * set for each contact in turn: making one for each would cost more than most detectors.
 */
export class Encounter {
  readonly #baselines: Baselines;
  row = 0;
  #contact: Contact | null = null;
  #circumstances: Circumstances | null = null;
  /** Looked up once, by the first who asks; `undefined` before. */
  #knownSince: EpochMs | null | undefined;

  constructor(baselines: Baselines) {
    this.#baselines = baselines;
  }

  set(row: number, contact: Contact, circumstances: Circumstances): this {
    this.row = row;
    this.#contact = contact;
    this.#circumstances = circumstances;
    this.#knownSince = undefined;
    return this;
  }

  get contact(): Contact {
    return this.#contact as Contact;
  }

  get circumstances(): Circumstances {
    return this.#circumstances as Circumstances;
  }

  hasRole(roles: ReadonlySet<Role>): boolean {
    return this.circumstances.roles.some((role) => roles.has(role));
  }

  /** When the entity met the other end first, before this contact; `null` where it never did. */
  get knownSince(): EpochMs | null {
    if (this.#knownSince === undefined) {
      this.#knownSince = this.#baselines.destinations.firstSeen(this.row, this.contact.peer);
    }
    return this.#knownSince;
  }

  /** 0…1, of the entity's baseline. */
  get maturity(): number {
    const { enrolledAt } = this.circumstances;
    return this.#baselines.learning.maturity(this.row, enrolledAt, this.contact.time);
  }
}
