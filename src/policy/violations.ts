import {
  DAY_MS,
  type EntityId,
  type EpochMs,
  LIMITS,
  type PolicyId,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { ExpiryQueue } from './expiry-queue.ts';

/** A violation counts while its last event is younger than this. */
export const VIOLATION_WINDOW_MS = DAY_MS;

/** One entity did what one policy forbids towards one destination, however often. */
export interface Violation {
  readonly policy: PolicyId;
  readonly destination: string;
  readonly first: EpochMs;
  readonly last: EpochMs;
  /** Raw events behind it. */
  readonly events: number;
  /** Of them stopped by an enforcement point. */
  readonly denied: number;
}

/** Distinct violations of one entity, with the raw events beside them. */
export interface ViolationCount {
  readonly distinct: number;
  readonly events: number;
  readonly denied: number;
  /** There were more than are remembered: `distinct` is a lower bound. */
  readonly capped: boolean;
}

interface Adopted {
  readonly placed: Violation;
  readonly before: Violation | null;
}

interface Own {
  readonly violations: Map<string, Violation>;
  /** When one last found no room. */
  overflow: EpochMs | null;
}

/** One entity's, as they are written down. */
type Written = readonly [EntityId, EpochMs | null, readonly Violation[]];

const NOBODY: readonly EntityId[] = [];
/** Of an entity that did nothing forbidden. */
const NO_VIOLATIONS: ViolationCount = { distinct: 0, events: 0, denied: 0, capped: false };

/** Distinct (entity, policy, destination) in a sliding window of 24 hours: exact, whatever the order of events. */
export class Violations implements Stateful {
  readonly #entities = new Map<EntityId, Own>();
  /** One entry per violation, at or before the time of its expiry. */
  readonly #queue = new ExpiryQueue<{ readonly entity: EntityId; readonly key: string }>();
  #distinct = 0;

  observe(entity: EntityId, policy: PolicyId, destinationKey: string, time: EpochMs, denied: boolean): void {
    const own = this.#entities.get(entity) ?? { violations: new Map<string, Violation>(), overflow: null };
    this.#entities.set(entity, own);
    const key = `${policy} ${destinationKey}`;
    const before = own.violations.get(key);
    if (before === undefined) {
      if (own.violations.size >= LIMITS.violationsPerEntity) {
        own.overflow = Math.max(own.overflow ?? time, time);
        return;
      }
      this.#distinct++;
      this.#queue.push(time + VIOLATION_WINDOW_MS, { entity, key });
    }
    own.violations.set(key, {
      policy,
      destination: destinationKey,
      first: Math.min(before?.first ?? time, time),
      last: Math.max(before?.last ?? time, time),
      events: (before?.events ?? 0) + 1,
      denied: (before?.denied ?? 0) + (denied ? 1 : 0),
    });
  }

  /** Distinct violations of the fleet at `now`; cheap once `expire` was called for all that is due. */
  count(now: EpochMs): number {
    const next = this.nextExpiry();
    if (next === null || next > now) return this.#distinct;
    let count = 0;
    for (const { violations } of this.#entities.values()) {
      for (const { last } of violations.values()) if (last + VIOLATION_WINDOW_MS > now) count++;
    }
    return count;
  }

  countFor(entity: EntityId): ViolationCount {
    const own = this.#entities.get(entity);
    if (own === undefined) return NO_VIOLATIONS;
    const sum = { distinct: 0, events: 0, denied: 0, capped: own.overflow !== null };
    for (const { events, denied } of own.violations.values()) {
      sum.distinct++;
      sum.events += events;
      sum.denied += denied;
    }
    return sum;
  }

  /** The entity's violations, the newest first. */
  of(entity: EntityId): readonly Violation[] {
    return sorted(this.#entities.get(entity));
  }

  /** When the next violation leaves the window; `null`: there is none. */
  nextExpiry(): EpochMs | null {
    for (let first = this.#queue.first; first !== undefined; first = this.#queue.first) {
      const expiry = this.#expiryOf(first.item.entity, first.item.key);
      if (expiry === first.at) return expiry;
      this.#queue.pop();
      if (expiry !== null) this.#queue.push(expiry, first.item);
    }
    return null;
  }

  /** Drops what left the window by `now`. Gives the entities concerned, sorted. */
  expire(now: EpochMs): readonly EntityId[] {
    // Asked for every event: an entry is never later than its expiry.
    const first = this.#queue.first;
    if (first === undefined || first.at > now) return NOBODY;
    const changed = new Set<EntityId>();
    for (let next = this.nextExpiry(); next !== null && next <= now; next = this.nextExpiry()) {
      const due = this.#queue.pop();
      if (due === undefined) break;
      changed.add(due.item.entity);
      this.#drop(due.item.entity, due.item.key, now);
    }
    return [...changed].sort();
  }

  /** Takes the entity's violations out, to be given to the identity that it turned out to be. */
  release(entity: EntityId): readonly Violation[] {
    const own = this.of(entity);
    this.#distinct -= own.length;
    this.#entities.delete(entity);
    return own;
  }

  /** What the one did, the other did. Gives what stands now, and what stood before it, for `disown`. */
  adopt(entity: EntityId, violations: readonly Violation[]): readonly Adopted[] {
    return violations.flatMap((violation): Adopted[] => {
      const own = this.#entities.get(entity) ?? { violations: new Map<string, Violation>(), overflow: null };
      this.#entities.set(entity, own);
      const key = keyOf(violation);
      const before = own.violations.get(key) ?? null;
      if (before === null && own.violations.size >= LIMITS.violationsPerEntity) return [];
      const placed = before === null ? violation : joined(before, violation);
      own.violations.set(key, placed);
      if (before === null) {
        this.#distinct++;
        this.#queue.push(violation.last + VIOLATION_WINDOW_MS, { entity, key });
      }
      return [{ placed, before }];
    });
  }

  /** Takes back what was adopted, apart from what has been done again since. */
  disown(entity: EntityId, adopted: readonly Adopted[]): void {
    const own = this.#entities.get(entity);
    if (own === undefined) return;
    for (const { placed, before } of adopted) {
      const key = keyOf(placed);
      if (!isSame(own.violations.get(key), placed)) continue;
      // One that stood before keeps its place, and falls due at the next expiry where its day is over.
      if (before !== null) own.violations.set(key, before);
      else if (own.violations.delete(key)) this.#distinct--;
      if (before !== null) this.#queue.push(before.last + VIOLATION_WINDOW_MS, { entity, key });
    }
    if (own.violations.size === 0) this.#entities.delete(entity);
  }

  snapshot(): unknown {
    return this.#written();
  }

  /** Without the queue, which follows from the violations. */
  save(to: StateWriter): void {
    to.records('entities', this.#written());
  }

  load(from: StateReader): void {
    for (const [entity, overflow, violations] of from.records('entities') as Iterable<Written>) {
      this.#entities.set(entity, {
        violations: new Map(violations.map((each) => [keyOf(each), each])),
        overflow,
      });
      this.#distinct += violations.length;
      for (const each of violations) {
        this.#queue.push(each.last + VIOLATION_WINDOW_MS, { entity, key: keyOf(each) });
      }
    }
  }

  #written(): Written[] {
    const entities = [...this.#entities].sort(([a], [b]) => (a < b ? -1 : 1));
    return entities.map(([entity, own]) => [entity, own.overflow, sorted(own)]);
  }

  #expiryOf(entity: EntityId, key: string): EpochMs | null {
    const violation = this.#entities.get(entity)?.violations.get(key);
    return violation === undefined ? null : violation.last + VIOLATION_WINDOW_MS;
  }

  #drop(entity: EntityId, key: string, now: EpochMs): void {
    const own = this.#entities.get(entity);
    if (own === undefined || !own.violations.delete(key)) return;
    this.#distinct--;
    if (own.overflow !== null && own.overflow + VIOLATION_WINDOW_MS <= now) own.overflow = null;
    if (own.violations.size === 0) this.#entities.delete(entity);
  }
}

function joined(a: Violation, b: Violation): Violation {
  return {
    ...a,
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    events: a.events + b.events,
    denied: a.denied + b.denied,
  };
}

/** By what they say: one that was written down and read back is another object. */
function isSame(a: Violation | undefined, b: Violation): boolean {
  return (
    a !== undefined &&
    a.first === b.first &&
    a.last === b.last &&
    a.events === b.events &&
    a.denied === b.denied
  );
}

function keyOf({ policy, destination }: Pick<Violation, 'policy' | 'destination'>): string {
  return `${policy} ${destination}`;
}

function sorted(own: Own | undefined): Violation[] {
  return [...(own?.violations.values() ?? [])].sort(
    (a, b) => b.last - a.last || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
}
