import { dropOldest, type EntityId, type EpochMs, LIMITS } from '../model/index.ts';

/** Who of the fleet was in touch with a destination. */
export interface SeenInFleet {
  readonly entities: readonly EntityId[];
  /** More entities than are remembered: `entities` are the first of them. */
  readonly approximate: boolean;
  readonly first: EpochMs | null;
  readonly last: EpochMs | null;
  readonly count: number;
  readonly blocked: number;
}

interface Seen {
  readonly entities: EntityId[];
  approximate: boolean;
  first: EpochMs;
  last: EpochMs;
  count: number;
  blocked: number;
  /** The last connection, by its Community ID, and whether anything has said that it was blocked. */
  flow: { readonly id: string; isBlocked: boolean } | null;
}

const NEVER: SeenInFleet = {
  entities: [],
  approximate: false,
  first: null,
  last: null,
  count: 0,
  blocked: 0,
};

/** The reverse index: destination key (`destinationKeys`) → entities. */
export class FleetDestinations {
  /** The destination seen longest ago stands first: it is dropped first. */
  readonly #seen = new Map<string, Seen>();
  readonly #capacity: number;

  constructor(capacity: number = LIMITS.fleetDestinations) {
    this.#capacity = capacity;
  }

  /** @param flow its Community ID: what several sensors or logs say of one connection in a row counts once */
  observe(key: string, entity: EntityId, time: EpochMs, blocked: boolean, flow: string | null = null): void {
    const seen = this.#seen.get(key) ?? {
      entities: [],
      approximate: false,
      first: time,
      last: time,
      count: 0,
      blocked: 0,
      flow: null,
    };
    if (time >= seen.last) this.#seen.delete(key);
    this.#seen.set(key, seen);
    seen.first = Math.min(seen.first, time);
    seen.last = Math.max(seen.last, time);
    tally(seen, blocked, flow);
    remember(seen, entity);
    if (this.#seen.size > this.#capacity) dropOldest(this.#seen);
  }

  seen(key: string): SeenInFleet {
    const seen = this.#seen.get(key);
    if (seen === undefined) return NEVER;
    const { flow: _, ...rest } = seen;
    return { ...rest, entities: [...seen.entities] };
  }

  get size(): number {
    return this.#seen.size;
  }

  /** In the order of dropping, which is state too. */
  snapshot(): unknown {
    return [...this.#seen].map(([key, seen]) => [
      key,
      { ...seen, entities: [...seen.entities], flow: seen.flow === null ? null : { ...seen.flow } },
    ]);
  }
}

function tally(seen: Seen, blocked: boolean, flow: string | null): void {
  if (flow !== null && flow === seen.flow?.id) {
    if (!blocked || seen.flow.isBlocked) return;
    seen.flow.isBlocked = true;
    seen.blocked++;
    return;
  }
  seen.flow = flow === null ? null : { id: flow, isBlocked: blocked };
  seen.count++;
  if (blocked) seen.blocked++;
}

function remember(seen: Seen, entity: EntityId): void {
  if (seen.entities.includes(entity)) return;
  if (seen.entities.length < LIMITS.entitiesPerDestination) seen.entities.push(entity);
  else seen.approximate = true;
}
