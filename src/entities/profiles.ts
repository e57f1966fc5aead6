import {
  type DeviceId,
  dropOldest,
  type EntityId,
  type EntityProfile,
  LIMITS,
  type UserId,
  type WorkloadId,
} from '../model/index.ts';
import type { Device } from './device.ts';
import type { Population } from './population.ts';
import {
  deviceGist,
  DeviceProfile,
  type LivingProfile,
  type ProfileGist,
  type Span,
  spanOfBoth,
  userProfile,
  workloadProfile,
} from './profile.ts';
import type { Revision } from './revision.ts';

/** A profile that was made, and whose sightings it tells: one entity's, or those of all that were merged. */
interface Known {
  readonly profile: LivingProfile;
  readonly seen: Span | readonly Span[];
}

/** What is known of each entity: made when it is asked for, and kept until something but its sightings changes. */
export class Profiles {
  readonly #population: Population;
  readonly #revision: Revision;
  readonly #known = new Map<EntityId, Known>();
  /** The one that was asked for last, most often the next one too: it is found without a search. */
  #lastId: EntityId | null = null;
  #last: Known | null = null;
  #asOf = 0;

  constructor(population: Population, revision: Revision) {
    this.#population = population;
    this.#revision = revision;
  }

  of(id: EntityId): EntityProfile | null {
    if (this.#asOf !== this.#revision.ofAll) {
      this.#known.clear();
      this.#lastId = null;
      this.#asOf = this.#revision.ofAll;
    }
    if (id === this.#lastId && this.#last !== null) return upToDate(this.#last);
    this.#last = this.#known.get(id) ?? this.#ofCanonical(this.#population.aliases.canonical(id));
    this.#lastId = id;
    return this.#last === null ? null : upToDate(this.#last);
  }

  /** Of a canonical id; for devices, which are many, nothing more is made for it. */
  gist(id: EntityId): ProfileGist | null {
    const { devices, aliases } = this.#population;
    const device = devices.get(id as DeviceId);
    return device === undefined
      ? (this.#make(id)?.profile ?? null)
      : deviceGist(device, aliases.serverOf(device.id));
  }

  /** Something of one device changed. */
  forget(id: DeviceId): void {
    this.#known.delete(id);
    this.#lastId = null;
    this.#revision.move();
  }

  #ofCanonical(id: EntityId): Known | null {
    const known = this.#known.get(id) ?? this.#make(id);
    if (known === null) return null;
    if (!this.#known.has(id)) {
      if (this.#known.size >= LIMITS.rememberedProfiles) dropOldest(this.#known);
      this.#known.set(id, known);
    }
    return known;
  }

  #make(id: EntityId): Known | null {
    const { devices, users, workloads, aliases } = this.#population;
    const device = devices.get(id as DeviceId);
    if (device !== undefined) return this.#makeOfDevice(device);
    const user = users.get(id as UserId);
    if (user !== undefined) return { profile: userProfile(user), seen: user };
    const workload = workloads.get(id as WorkloadId);
    if (workload === undefined) return null;
    const host = aliases.device(workload.host);
    return { profile: workloadProfile(workload, devices.get(host), host), seen: workload };
  }

  #makeOfDevice(device: Device): Known {
    const { devices, aliases } = this.#population;
    const merged = aliases.members(device.id).slice(1);
    const others = merged.flatMap((id) => devices.get(id) ?? []);
    const seen = others.length === 0 ? device : [device, ...others];
    return { profile: new DeviceProfile(device, aliases.serverOf(device.id), this.#sharedAs(device)), seen };
  }

  /** The operator's entry says what it is; a suspicion is for machines that nobody described. */
  #sharedAs(device: Device): EntityProfile['shared'] {
    const { common } = device;
    const declared = common?.roles.some((role) => role === 'nat' || role === 'proxy') ?? false;
    if (declared || this.#isAtShared(device)) return 'declared';
    return common === null && device.suspicion !== null ? 'suspected' : 'no';
  }

  #isAtShared(device: Device): boolean {
    const place = this.#population.places.of(device.site);
    if (!place.hasShared) return false;
    const { address, entry } = device;
    const declared = entry?.addresses.some((each) => place.isShared(each)) ?? false;
    return declared || (address !== null && place.isShared(address));
  }
}

/** Written only where it differs: a number that is written is a number that is allocated. */
function upToDate({ profile, seen }: Known): EntityProfile {
  const { firstSeen, lastSeen } = 'firstSeen' in seen ? seen : seen.reduce(spanOfBoth);
  if (profile.firstSeen !== firstSeen) profile.firstSeen = firstSeen;
  if (profile.lastSeen !== lastSeen) profile.lastSeen = lastSeen;
  return profile;
}
