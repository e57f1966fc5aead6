import { NumbersByText, PackedTexts } from '../columns/index.ts';
import type {
  DeviceId,
  Enrolment,
  EpochMs,
  Fingerprint,
  SealedAccount,
  SiteId,
  StateReader,
  StateWriter,
  UserId,
} from '../model/index.ts';
import { DAY_MS, LIMITS } from '../model/index.ts';
import { UserColumns } from './user-columns.ts';
import type { Revision } from './revision.ts';

/** An identity that signs in: a person, or a service account. An object is only made of one that somebody asks for. */
export class User {
  readonly id: UserId;
  readonly #number: number;
  readonly #columns: UserColumns;

  constructor(id: UserId, number: number, columns: UserColumns) {
    this.id = id;
    this.#number = number;
    this.#columns = columns;
  }

  get site(): SiteId {
    return this.#columns.site(this.#number) as SiteId;
  }

  get nature(): 'person' | 'service' {
    return this.#columns.isService.at(this.#number) === 1 ? 'service' : 'person';
  }

  get enrolment(): Enrolment {
    return this.#columns.enrolments.at(this.#number);
  }

  set enrolment(enrolment: Enrolment) {
    this.#columns.enrolments.set(this.#number, enrolment);
  }

  get firstSeen(): EpochMs | null {
    const first = this.#columns.first.at(this.#number);
    return first === Infinity ? null : first;
  }

  get lastSeen(): EpochMs | null {
    const last = this.#columns.last.at(this.#number);
    return last === -Infinity ? null : last;
  }

  /** Widens the span in which it was seen; a late event may move its beginning back. */
  see(time: EpochMs): void {
    const { first, last } = this.#columns;
    if (time < first.at(this.#number)) first.set(this.#number, time);
    if (time > last.at(this.#number)) last.set(this.#number, time);
  }

  /** Devices, as they were noted, and when it was last active on each. */
  get devices(): ReadonlyMap<DeviceId, EpochMs> {
    const said = this.#columns.devices.at(this.#number);
    return new Map(said === null ? [] : (JSON.parse(said) as [DeviceId, EpochMs][]));
  }

  set devices(devices: ReadonlyMap<DeviceId, EpochMs>) {
    this.#columns.devices.set(this.#number, devices.size === 0 ? null : JSON.stringify([...devices]));
  }
}

/** Since when accounts are sealed under the key of this number; `null`: ever. */
export interface AccountEpoch {
  readonly number: number;
  readonly since: EpochMs | null;
}

/** A user as a state of version 1 writes it down. */
interface FirstForm {
  readonly id: UserId;
  readonly fingerprint: Fingerprint;
  readonly site: SiteId;
  readonly nature: User['nature'];
  readonly enrolment: Enrolment;
  readonly firstSeen: EpochMs | null;
  readonly lastSeen: EpochMs | null;
  readonly devices: readonly (readonly [DeviceId, EpochMs])[];
}

/** A user is on the devices of the last 14 days (contract §1, §3). */
const ACTIVE_MS = 14 * DAY_MS;

/** Gives each account an opaque id at first sight, and finds it again by fingerprint: names are never kept. */
export class Users {
  /** A user's number is that of its id, from 1. */
  readonly #ids = new PackedTexts();
  #byFingerprint = new NumbersByText();
  /** Those that were not seen since accounts are sealed under another key; `null` unless it is being changed. */
  #before: NumbersByText | null = null;
  #epoch: AccountEpoch = { number: 1, since: null };
  readonly #columns = new UserColumns();
  /** Those that somebody asked for. */
  readonly #made: (User | undefined)[] = [];
  readonly #userIdFrom: (ordinal: number) => UserId;
  readonly #revision: Revision;
  #overflow = 0;
  /** How many ids were ever given: the number of one that was erased is given again, its id never. */
  #given = 0;

  constructor(userIdFrom: (ordinal: number) => UserId, revision: Revision) {
    this.#userIdFrom = userIdFrom;
    this.#revision = revision;
  }

  get overflow(): number {
    return this.#overflow;
  }

  get size(): number {
    return this.#ids.size;
  }

  get(id: UserId): User | undefined {
    const number = this.#ids.find(id);
    return number === 0 ? undefined : this.#at(number - 1);
  }

  *ids(): Iterable<UserId> {
    for (let number = 1; number < this.#ids.end; number++) {
      if (this.#ids.isHeld(number)) yield this.#ids.at(number) as UserId;
    }
  }

  /** Under whose key accounts are sealed, and how many are still to be seen under it; `null`: the change is over. */
  get epoch(): AccountEpoch & { readonly waiting: number | null } {
    return { ...this.#epoch, waiting: this.#before?.size ?? null };
  }

  /** Accounts are sealed under another key from now on; whoever is not found by the key before it is lost to both. */
  beginEpoch(epoch: AccountEpoch): void {
    this.#before = this.#byFingerprint;
    this.#byFingerprint = new NumbersByText();
    this.#epoch = epoch;
  }

  /** What was known under one fingerprint is known under another from now on. */
  rekey(before: Fingerprint, after: Fingerprint): void {
    const number = this.#before?.get(before);
    if (number === undefined || this.#byFingerprint.has(after)) return;
    this.#before?.delete(before);
    this.#byFingerprint.set(after, number);
    this.#revision.move();
  }

  endEpochBefore(): void {
    this.#before = null;
    this.#revision.moveAll();
  }

  isCurrent(fingerprint: Fingerprint): boolean {
    return this.#byFingerprint.has(fingerprint);
  }

  find(fingerprint: Fingerprint): UserId | null {
    const number = this.#byFingerprint.get(fingerprint) ?? this.#before?.get(fingerprint);
    return number === undefined ? null : this.#at(number).id;
  }

  /** The account's user, made at first sight; `null` for a machine's own account, or beyond the bound. */
  meet(account: SealedAccount, site: SiteId, time: EpochMs): User | null {
    const { fingerprint, nature } = account;
    if (nature === 'machine') return null;
    const known = this.#byFingerprint.get(fingerprint);
    if (known !== undefined) return this.#at(known);
    if (this.#columns.rows.size >= LIMITS.discoveredUsers) {
      this.#overflow += 1;
      return null;
    }
    const user = this.#add(this.#userIdFrom(this.#given), fingerprint, site, nature);
    user.see(time);
    this.#revision.move();
    return user;
  }

  noteActive(id: UserId, device: DeviceId, time: EpochMs): void {
    const user = this.get(id);
    if (user === undefined) return;
    const devices = new Map(user.devices);
    devices.set(device, Math.max(devices.get(device) ?? time, time));
    if (devices.size > LIMITS.devicesPerUser) devices.delete(longestIdle(devices));
    user.devices = devices;
  }

  /** Devices on which the identity was active in the 14 days before `at`, as they were noted, and when last. */
  activeOn(id: UserId, at: EpochMs): ReadonlyMap<DeviceId, EpochMs> {
    const devices = this.get(id)?.devices ?? [];
    return new Map([...devices].filter(([, last]) => last > at - ACTIVE_MS));
  }

  /** Forgets them as if they had never been. */
  erase(ids: ReadonlySet<UserId>): void {
    const numbers = new Set(Array.from(ids, (id) => this.#ids.find(id) - 1).filter((number) => number >= 0));
    if (numbers.size === 0) return;
    for (const index of [this.#byFingerprint, this.#before]) {
      const theirs = [...(index?.entries() ?? [])].filter(([, whose]) => numbers.has(whose));
      for (const [fingerprint] of theirs) index?.delete(fingerprint);
    }
    for (const number of numbers) {
      this.#ids.release(number + 1);
      this.#columns.remove(number);
      this.#made[number] = undefined;
    }
    this.#overflow = 0;
    this.#revision.moveAll();
  }

  /** Those that were seen, and not since `time`. */
  *unseenSince(time: EpochMs): Iterable<UserId> {
    for (let place = 1; place < this.#ids.end; place++) {
      const last = this.#columns.last.at(place - 1);
      if (this.#ids.isHeld(place) && last !== -Infinity && last < time) yield this.#ids.at(place) as UserId;
    }
  }

  /** When the first of them was seen; `null` where none was. */
  get since(): EpochMs | null {
    let first = Infinity;
    for (let place = 1; place < this.#ids.end; place++)
      if (this.#ids.isHeld(place)) first = Math.min(first, this.#columns.first.at(place - 1));
    return first === Infinity ? null : first;
  }

  save(to: StateWriter): void {
    to.plain('overflow', this.#overflow);
    if (this.#given !== this.#columns.rows.end) to.plain('given', this.#given);
    if (this.#epoch.since !== null) to.plain('epoch', this.#epoch);
    this.#before?.save(to.part('before'));
    this.#ids.save(to.part('ids'));
    this.#byFingerprint.save(to.part('fingerprints'));
    this.#columns.save(to.part('columns'));
  }

  load(from: StateReader): void {
    this.#overflow = from.plain('overflow') as number;
    if (!from.has('columns')) return this.#loadFirstForm(from);
    this.#ids.load(from.part('ids'));
    this.#byFingerprint.load(from.part('fingerprints'));
    this.#columns.load(from.part('columns'));
    if (from.has('epoch')) this.#epoch = from.plain('epoch') as AccountEpoch;
    if (from.has('before')) (this.#before = new NumbersByText()).load(from.part('before'));
    this.#given = from.has('given') ? (from.plain('given') as number) : this.#columns.rows.end;
  }

  #loadFirstForm(from: StateReader): void {
    for (const said of from.records('users') as Iterable<FirstForm>) {
      const user = this.#add(said.id, said.fingerprint, said.site, said.nature);
      user.enrolment = said.enrolment;
      if (said.firstSeen !== null) user.see(said.firstSeen);
      if (said.lastSeen !== null) user.see(said.lastSeen);
      user.devices = new Map(said.devices);
    }
  }

  #at(number: number): User {
    return (this.#made[number] ??= new User(this.#ids.at(number + 1) as UserId, number, this.#columns));
  }

  #add(id: UserId, fingerprint: Fingerprint, site: SiteId, nature: User['nature']): User {
    const number = this.#columns.add(site, nature === 'service');
    if (this.#ids.hold(id) !== number + 1) throw new Error(`users: ${id} is not user ${number}`);
    this.#byFingerprint.set(fingerprint, number);
    this.#given++;
    return this.#at(number);
  }
}

function longestIdle(devices: ReadonlyMap<DeviceId, EpochMs>): DeviceId {
  return [...devices].reduce((oldest, candidate) => (candidate[1] < oldest[1] ? candidate : oldest))[0];
}
