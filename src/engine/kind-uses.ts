import type { DeviceId, EventsRecord } from '../model/index.ts';
import type { DestinationUse, KindUses } from '../policy/index.ts';
import type { Engine } from './engine.ts';
import { type PastTalk, PastTalks } from './past-talks.ts';

/** What is collected of a destination of one kind. */
interface Use {
  readonly members: Set<DeviceId>;
  /** By service, who used it. */
  readonly services: Map<string, Set<DeviceId>>;
}

interface Kind {
  readonly established: Set<DeviceId>;
  members: number;
  readonly destinations: Map<string, Use>;
}

/** Entities read before others may have their turn. */
const PORTION = 64;

/**
 * Where each kind of device ordinarily goes: the destinations of the baselines that are established, and the services by
 * which the records of the past show that they are used. Changes nothing.
 */
export class UsesOfKinds {
  readonly #engine: Engine;
  readonly #talks: PastTalks;
  readonly #kinds = new Map<string, Kind>();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#talks = new PastTalks(engine);
  }

  /**
   * Reads the baselines, which comes first; between two portions others may have their turn.
   * @param only of this kind; `null` for all
   */
  *learn(only: string | null): Generator<undefined, void, undefined> {
    let read = 0;
    // Who comes to be known meanwhile has no baseline yet.
    const ids = [...this.#engine.directory.entities()];
    for (const id of ids) {
      this.#learn(id as DeviceId, only);
      if (++read % PORTION === 0) yield;
    }
  }

  take(record: EventsRecord): void {
    this.#talks.each(record, (past) => this.#see(past));
  }

  /** Sorted by kind. */
  uses(): readonly KindUses[] {
    return [...this.#kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, { established, members, destinations }]) => ({
        kind,
        members,
        established: established.size,
        destinations: [...destinations]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, use]) => this.#useOf(key, use)),
      }));
  }

  #learn(id: DeviceId, only: string | null): void {
    const profile = this.#engine.directory.profile(id);
    const kind = profile?.kind ?? null;
    if (profile === null || kind === null || profile.type === 'user' || (only !== null && kind !== only))
      return;
    if (profile.shared !== 'no') return;
    const known: Kind = this.#kinds.get(kind) ?? {
      established: new Set(),
      members: 0,
      destinations: new Map(),
    };
    this.#kinds.set(kind, known);
    known.members++;
    const baseline = this.#engine.partitionOf(id).history(id)?.baseline ?? null;
    const enrolledAt = profile.enrolment.state === 'enrolled' ? profile.enrolment.at : null;
    if (baseline === null || baseline.establishedAt(enrolledAt, this.#engine.now) === null) return;
    known.established.add(id);
    for (const { key } of baseline.knownDestinations()) {
      const use: Use = known.destinations.get(key) ?? { members: new Set(), services: new Map() };
      known.destinations.set(key, use);
      use.members.add(id);
    }
  }

  /** Of what a member does, what its own baseline knows. */
  #see({ talk, source, target, name }: PastTalk): void {
    if (talk.outcome !== 'established' || !talk.teaches) return;
    const kind = this.#engine.directory.profile(source)?.kind ?? null;
    const known = kind === null ? undefined : this.#kinds.get(kind);
    const use = known?.destinations.get(target ?? name?.domain ?? talk.to.address);
    if (use === undefined || !use.members.has(source)) return;
    const { protocol, port } = talk;
    if (port === null && (protocol === 'tcp' || protocol === 'udp')) return;
    const service = protocol === 'tcp' || protocol === 'udp' ? `${protocol}/${port}` : protocol;
    const users = use.services.get(service) ?? new Set<DeviceId>();
    use.services.set(service, users.add(source));
  }

  #useOf(key: string, { members, services }: Use): DestinationUse {
    const profile =
      key.startsWith('dev_') || key.startsWith('wkl_')
        ? this.#engine.directory.profile(key as DeviceId)
        : null;
    return {
      key,
      entity: profile === null ? null : { id: profile.id, kind: profile.kind },
      members: [...members].sort(),
      services: [...services]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([service, users]) => ({ service, members: [...users].sort() })),
    };
  }
}
