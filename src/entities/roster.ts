import {
  type Address,
  type DeviceId,
  type EntityId,
  type EntityProfile,
  type EpochMs,
  type Fingerprint,
  type Named,
  nearestIds,
  type Site,
  type SiteId,
  type UserId,
} from '../model/index.ts';
import type { LastImport } from './last-import.ts';

import type { Population } from './population.ts';
import type { ProfileGist } from './profile.ts';
import { Profiles } from './profiles.ts';
import { profileNow } from './profile.ts';
import type { Revision } from './revision.ts';
import { longestSilent, type StrangersMeant } from './strangers.ts';

/** What the directory tells without learning anything: who there is, and what is known of each. */
export class Roster {
  protected readonly population: Population;
  protected readonly profiles: Profiles;

  constructor(population: Population, revision: Revision) {
    this.population = population;
    this.profiles = new Profiles(population, revision);
  }

  /** A site's configuration; for a site that nobody configured: private ranges, UTC, Monday to Friday 8–18. */
  siteOf(id: SiteId): Site {
    return this.population.places.siteOf(id);
  }

  get deviceCount(): number {
    return this.population.devices.size;
  }

  /** Strangers that were ever forgotten. */
  get strangersForgotten(): number {
    return this.population.devices.forgotten;
  }

  /** There is no room for a machine that is discovered now. */
  get isFull(): boolean {
    return this.population.devices.isFull;
  }

  /** Times that a machine or an account was met which there was no room for. */
  get overflow(): { readonly devices: number; readonly users: number } {
    const { devices, users } = this.population;
    return { devices: devices.overflow, users: users.overflow };
  }

  /** The id under which an entity's state is kept: a server's `dev_` id, and the surviving id of a merge. */
  canonical(id: EntityId): EntityId {
    return this.population.aliases.canonical(id);
  }

  /**
   * What is known of an entity, by any of its ids; `null` for an unknown one. The same object until something of it
   * changes, but that `firstSeen` and `lastSeen` go along with the entity: to compare later, keep a copy.
   */
  profile(id: EntityId): EntityProfile | null {
    return this.profiles.of(id);
  }

  /** The same to be kept: it does not go along with the entity. */
  profileNow(id: EntityId): EntityProfile | null {
    const profile = this.profile(id);
    return profile === null ? null : profileNow(profile);
  }

  /** A few words of the profile of a canonical id; nothing is made or remembered for it. */
  gist(id: EntityId): ProfileGist | null {
    return this.profiles.gist(id);
  }

  /** The operator's inventory as it was last imported. */
  get inventory(): Pick<LastImport, 'size' | 'entries' | 'namedBy' | 'spiffeIdsOf' | 'restore'> {
    return this.population.lastImport;
  }

  /** Strangers by when they were seen, those silent longest first; who was merged with another is none. */
  strangers(meant: StrangersMeant): readonly DeviceId[] {
    return longestSilent(this.population, meant);
  }

  /**
   * Canonical ids: devices, then users, then workloads, each in the order in which they were first known, but that one may
   * stand where another was forgotten.
   */
  *entities(): Iterable<EntityId> {
    const { aliases, devices, users, workloads } = this.population;
    for (const id of devices.ids()) if (aliases.device(id) === id) yield id;
    yield* users.ids();
    yield* workloads.keys();
  }

  /** Ids like a mistyped one, for an error message. */
  nearest(idText: string, limit: number): readonly string[] {
    return nearestIds(idText, this.#named(), limit);
  }

  /** Who has a MAC, at each site where somebody does: by the inventory, by a lease, or seen on the wire alone. */
  devicesByMac(fingerprint: Fingerprint): readonly DeviceId[] {
    const { aliases, places } = this.population;
    const having = [...places.all()].flatMap(
      ({ macs, wire }) => macs.get(fingerprint) ?? wire.holder(fingerprint) ?? [],
    );
    return [...new Set(having.map(({ id }) => aliases.device(id)))].sort();
  }

  /** Who holds an address now, at each site where somebody does: for people who know a machine by its address. */
  holdersOf(address: Address, time: EpochMs): readonly DeviceId[] {
    const { aliases, places } = this.population;
    const holders = [...places.all()].flatMap((place) => place.bindings.holder(address, time) ?? []);
    return [...new Set(holders.map(({ id }) => aliases.device(id)))].sort();
  }

  /** The addresses that are the device's as of `time`, also by the ids that were merged into it. */
  addressesOf(id: EntityId, time: EpochMs): readonly Address[] {
    const { aliases, devices, places } = this.population;
    const held = aliases.members(this.canonical(id) as DeviceId).flatMap((member) => {
      const device = devices.get(member);
      return device === undefined ? [] : places.of(device.site).bindings.heldBy(device, time);
    });
    return [...new Set(held)];
  }

  userByFingerprint(fingerprint: Fingerprint): UserId | null {
    return this.population.users.find(fingerprint);
  }

  /** Devices on which the identity was active in the 14 days before `at`. */
  devicesOf(user: UserId, at: EpochMs): readonly DeviceId[] {
    return [...this.activityOf(user, at).keys()].sort();
  }

  /** The same, with the last time that the identity was active on each. */
  activityOf(user: UserId, at: EpochMs): ReadonlyMap<DeviceId, EpochMs> {
    const { aliases, devices, users } = this.population;
    const activity = new Map<DeviceId, EpochMs>();
    for (const [noted, last] of users.activeOn(user, at)) {
      const device = aliases.device(noted);
      // A stranger may have been forgotten since.
      if (devices.get(device) === undefined) continue;
      activity.set(device, Math.max(last, activity.get(device) ?? last));
    }
    return activity;
  }

  *#named(): Iterable<Named> {
    const { aliases, devices } = this.population;
    for (const id of this.entities()) {
      const device = devices.get(id as DeviceId);
      yield { id, name: device?.entry?.name ?? null };
      const alias = device === undefined ? null : aliases.serverOf(device.id);
      if (alias !== null) yield { id: alias, name: null };
    }
  }
}
