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
import { widen } from './device.ts';
import { DISCOVERED } from './device-columns.ts';
import type { Revision } from './revision.ts';

/** An identity that signs in: a person, or a service account. */
export interface User {
  readonly id: UserId;
  readonly fingerprint: Fingerprint;
  readonly site: SiteId;
  readonly nature: 'person' | 'service';
  enrolment: Enrolment;
  firstSeen: EpochMs | null;
  lastSeen: EpochMs | null;
  /** Device → when the identity was last active there. */
  devices: Map<DeviceId, EpochMs> | null;
}

/** A user written down; there are few beside devices. */
type SavedUser = Omit<User, 'devices'> & { readonly devices: readonly (readonly [DeviceId, EpochMs])[] };

/** A user is on the devices of the last 14 days (contract §1, §3). */
const ACTIVE_MS = 14 * DAY_MS;

/** Gives each account an opaque id at first sight, and finds it again by fingerprint: names are never kept. */
export class Users {
  readonly #byId = new Map<UserId, User>();
  readonly #byFingerprint = new Map<Fingerprint, UserId>();
  readonly #userIdFrom: (ordinal: number) => UserId;
  readonly #revision: Revision;
  #overflow = 0;

  constructor(userIdFrom: (ordinal: number) => UserId, revision: Revision) {
    this.#userIdFrom = userIdFrom;
    this.#revision = revision;
  }

  get overflow(): number {
    return this.#overflow;
  }

  get(id: UserId): User | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<User> {
    return this.#byId.values();
  }

  find(fingerprint: Fingerprint): UserId | null {
    return this.#byFingerprint.get(fingerprint) ?? null;
  }

  /** The account's user, made at first sight; `null` for a machine's own account, or beyond the bound. */
  meet(account: SealedAccount, site: SiteId, time: EpochMs): User | null {
    const { fingerprint, nature } = account;
    if (nature === 'machine') return null;
    const known = this.#byFingerprint.get(fingerprint);
    if (known !== undefined) return this.#byId.get(known) ?? null;
    if (this.#byId.size >= LIMITS.discoveredUsers) {
      this.#overflow += 1;
      return null;
    }
    const user: User = {
      id: this.#userIdFrom(this.#byId.size),
      fingerprint,
      site,
      nature,
      enrolment: DISCOVERED,
      firstSeen: null,
      lastSeen: null,
      devices: null,
    };
    widen(user, time);
    this.#revision.move();
    return this.#add(user);
  }

  noteActive(id: UserId, device: DeviceId, time: EpochMs): void {
    const user = this.#byId.get(id);
    if (user === undefined) return;
    const devices = (user.devices ??= new Map<DeviceId, EpochMs>());
    devices.set(device, Math.max(devices.get(device) ?? time, time));
    if (devices.size > LIMITS.devicesPerUser) devices.delete(longestIdle(devices));
  }

  /** Devices on which the identity was active in the 14 days before `at`, as they were noted, and when last. */
  activeOn(id: UserId, at: EpochMs): ReadonlyMap<DeviceId, EpochMs> {
    const devices = this.#byId.get(id)?.devices ?? new Map<DeviceId, EpochMs>();
    return new Map([...devices].filter(([, last]) => last > at - ACTIVE_MS));
  }

  save(to: StateWriter): void {
    to.plain('overflow', this.#overflow);
    to.records('users', this.#said());
  }

  load(from: StateReader): void {
    this.#overflow = from.plain('overflow') as number;
    for (const { devices, ...user } of from.records('users') as Iterable<SavedUser>) {
      this.#add({ ...user, devices: devices.length === 0 ? null : new Map(devices) });
    }
  }

  *#said(): Iterable<SavedUser> {
    for (const user of this.#byId.values()) yield { ...user, devices: [...(user.devices ?? [])] };
  }

  #add(user: User): User {
    this.#byId.set(user.id, user);
    this.#byFingerprint.set(user.fingerprint, user.id);
    return user;
  }
}

function longestIdle(devices: ReadonlyMap<DeviceId, EpochMs>): DeviceId {
  return [...devices].reduce((oldest, candidate) => (candidate[1] < oldest[1] ? candidate : oldest))[0];
}
