import { FleetDestinations } from '../exposure/index.ts';
import {
  type DeviceId,
  type EntityId,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** Whom so many machines of ours ask passes questions on. One may be an accomplice. */
const CLIENTS_OF_A_FORWARDER = 2;

/**
 * Who of the fleet asks for names in which registrable domain, and of which machine of ours: kept by the sequencer, so
 * that it does not depend on how many partitions there are. Bounded: what was asked for longest ago is forgotten first.
 */
export class Askers implements Stateful {
  readonly #domains: FleetDestinations;
  readonly #servers: FleetDestinations;

  constructor(capacity: number = LIMITS.askedDomains) {
    this.#domains = new FleetDestinations(capacity);
    this.#servers = new FleetDestinations(LIMITS.askedServers);
  }

  /** @param server whom it asked, where that is a machine of ours and answered */
  note(entity: EntityId, domain: string, server: DeviceId | null, time: EpochMs): void {
    if (!this.forwards(entity)) this.#domains.observe(domain, entity, time, 'attempted');
    if (server !== null && server !== entity) this.#servers.observe(server, entity, time, 'reached');
  }

  /** Entities that asked for names in the domain, as far as they are remembered; forwarders do not count. */
  of(domain: string): number {
    return this.#domains.prevalence(domain);
  }

  /** Whether the entity is asked by others, so that what it asks for may be what they want to know. */
  forwards(entity: EntityId): boolean {
    return this.#servers.prevalence(entity) >= CLIENTS_OF_A_FORWARDER;
  }

  /** Registrable domains that were asked for, and by whom. */
  get domains(): FleetDestinations {
    return this.#domains;
  }

  save(to: StateWriter): void {
    this.#domains.save(to.part('domains'));
    this.#servers.save(to.part('servers'));
  }

  load(from: StateReader): void {
    this.#domains.load(from.part('domains'));
    this.#servers.load(from.part('servers'));
  }
}
