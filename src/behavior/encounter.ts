import { DAY_MS, type EpochMs, HOUR_MS, type Role } from '../model/index.ts';
import type { Baselines } from './baselines.ts';
import type { Circumstances } from './circumstances.ts';
import type { Contact } from './contact.ts';
import { isBareAddress } from './destinations.ts';

/** What is met in its first hours is new of necessity. */
const FIRST_HOURS_MS = 6 * HOUR_MS;
/** What is met within that of each other was met in one go: a person sits down to work, a program begins. */
const ABOUT_MS = HOUR_MS / 2;
/**
 * A destination is one of the entity's own once it was met on so many days before today, the first of them so long ago: used for a
 * week without harm. That it was called once, whenever that was, says nothing for it.
 */
const OWN_AGE_MS = 7 * DAY_MS;
const OWN_DAYS = 7;

/**
 * A contact as detectors look at it: what it is, whose, and what was normal before it. There is one of it, which is
 * set for each contact in turn: making one for each would cost more than most detectors.
 */
export class Encounter {
  readonly #baselines: Baselines;
  row = 0;
  #contact: Contact | null = null;
  #circumstances: Circumstances | null = null;
  /** Looked up once, by the first who asks; `null` before. */
  #place: number | null = null;

  constructor(baselines: Baselines) {
    this.#baselines = baselines;
  }

  set(row: number, contact: Contact, circumstances: Circumstances): this {
    this.row = row;
    this.#contact = contact;
    this.#circumstances = circumstances;
    this.#place = null;
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

  /** Where the other end stands among the entity's destinations. */
  get place(): number {
    this.#place ??= this.#baselines.destinations.find(this.row, this.contact.peer);
    return this.#place;
  }

  /** When the entity met the other end first, before this contact; `null` where it never did. */
  get knownSince(): EpochMs | null {
    return this.#baselines.destinations.firstSeen(this.place);
  }

  /** From when on the entity takes hold of the other end by ports of administration; `null` where it never did. */
  get heldSince(): EpochMs | null {
    return this.#baselines.destinations.heldSince(this.place);
  }

  /** The other end is one of the entity's own: it was used for a week, day by day. */
  get isItsOwn(): boolean {
    const { knownSince } = this;
    if (knownSince === null || this.contact.time - knownSince < OWN_AGE_MS) return false;
    return this.#baselines.destinations.daysBefore(this.place, this.contact.time) >= OWN_DAYS;
  }

  /** The other end was met only after the entity's own first hours. */
  get wasMetLate(): boolean {
    return this.#baselines.ageAt(this.row, this.knownSince ?? this.contact.time) >= FIRST_HOURS_MS;
  }

  /** Destinations that the entity met first within half an hour of when it met the other end, that one among them. */
  get metAboutThen(): number {
    return this.#baselines.destinations.metAbout(this.row, this.place, ABOUT_MS);
  }

  /** The other end is called by its bare address: nobody asked for a name that leads there. */
  get isNameless(): boolean {
    return isBareAddress(this.contact.peer);
  }

  /** Share of the destinations beyond the fleet that the entity calls by their bare addresses. */
  get namelessShare(): number {
    return this.#baselines.destinations.namelessShare(this.row);
  }

  /** Contacts with the other end before this one. */
  get contactsBefore(): number {
    return this.#baselines.destinations.count(this.place);
  }

  /** The entity turns to many more machines inside in this hour than it ever does. */
  get isFarFlung(): boolean {
    return this.contact.internal && this.#baselines.isFarFlung(this.row, this.contact, this.place);
  }

  /** Active hours in which the entity never called anybody at this port; 0 for one that some of its kind use. */
  get hoursWithoutPort(): number {
    return this.#baselines.hoursWithoutPort(this.row, this.contact);
  }

  /** What a detector told of before goes on in this hour: no news, but evidence of the hour. @param chance 0…1, that it is nothing */
  goesOn(chance: number): void {
    this.#baselines.addEvidence(this.row, chance);
  }

  /** Payload bytes that the entity usually sends in an hour, by their order of magnitude. */
  get usualSent(): number {
    return this.#baselines.usualSent(this.row);
  }

  /** 0…1, of the entity's baseline. */
  get maturity(): number {
    const { enrolledAt } = this.circumstances;
    return this.#baselines.learning.maturity(this.row, enrolledAt, this.contact.time);
  }
}
