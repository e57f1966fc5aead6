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
  readonly #current = new Map<string, EpochMs>();

  has(entity: EntityId, kind: DeadlineKind): boolean {
    return this.#current.has(`${kind} ${entity}`);
  }

  set(entity: EntityId, kind: DeadlineKind, at: EpochMs | null): void {
    const key = `${kind} ${entity}`;
    if (at === null) {
      this.#current.delete(key);
      return;
    }
    if (this.#current.get(key) === at) return;
    this.#current.set(key, at);
    this.#push({ at, entity, kind });
    if (this.#heap.length > 64 && this.#heap.length > 4 * this.#current.size) this.#compact();
  }

  /** The next deadline at or before `now`, removed; `null` when none is due. */
  takeDue(now: EpochMs): Deadline | null {
    for (let first = this.#heap[0]; first !== undefined && first.at <= now; first = this.#heap[0]) {
      this.#pop();
      const key = `${first.kind} ${first.entity}`;
      if (this.#current.get(key) !== first.at) continue;
      this.#current.delete(key);
      return first;
    }
    return null;
  }

  snapshot(): unknown {
    return [...this.#current].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #compact(): void {
    const live = this.#heap.filter((each) => this.#current.get(`${each.kind} ${each.entity}`) === each.at);
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
