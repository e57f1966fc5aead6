import type { EntityId, EpochMs } from '../model/index.ts';

/** `offline`: it should have been heard by now. `aging`: some factor changes by time alone. */
type DeadlineKind = 'offline' | 'aging';

interface Deadline {
  readonly at: EpochMs;
  readonly entity: EntityId;
  readonly kind: DeadlineKind;
}

/**
 * What happens because of time alone. One deadline per entity and kind; setting it again moves it.
 * A binary heap in the total order (time, entity, kind); entries that were moved are passed over
 * when they come up.
 */
export class Deadlines {
  readonly #heap: Deadline[] = [];
  readonly #current: Readonly<Record<DeadlineKind, Map<EntityId, EpochMs>>> = {
    offline: new Map(),
    aging: new Map(),
  };

  has(entity: EntityId, kind: DeadlineKind): boolean {
    return this.#current[kind].has(entity);
  }

  set(entity: EntityId, kind: DeadlineKind, at: EpochMs | null): void {
    const current = this.#current[kind];
    if (at === null) {
      current.delete(entity);
      return;
    }
    if (current.get(entity) === at) return;
    current.set(entity, at);
    this.#push({ at, entity, kind });
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#size) this.#compact();
  }

  /** The next deadline at or before `now`, removed; `null` when none is due. */
  takeDue(now: EpochMs): Deadline | null {
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      if (!this.#isCurrent(first)) continue;
      this.#current[first.kind].delete(first.entity);
      return first;
    }
    return null;
  }

  snapshot(): unknown {
    const { aging, offline } = this.#current;
    return [aging, offline].map((current) => [...current].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  get #size(): number {
    return this.#current.offline.size + this.#current.aging.size;
  }

  /** Not moved since it was set. */
  #isCurrent({ kind, entity, at }: Deadline): boolean {
    return this.#current[kind].get(entity) === at;
  }

  #compact(): void {
    const live = this.#heap.filter((each) => this.#isCurrent(each));
    this.#heap.length = 0;
    for (const each of live) this.#push(each);
  }

  #push(deadline: Deadline): void {
    const heap = this.#heap;
    let at = heap.push(deadline) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(deadline, heap[parent])) break;
      heap[at] = heap[parent] as Deadline;
      at = parent;
    }
    heap[at] = deadline;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Deadline, heap[child])) child++;
      if (!isBefore(heap[child] as Deadline, last)) break;
      heap[at] = heap[child] as Deadline;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Deadline, b: Deadline | undefined): boolean {
  if (b === undefined) return false;
  if (a.at !== b.at) return a.at < b.at;
  return a.entity !== b.entity ? a.entity < b.entity : a.kind < b.kind;
}
