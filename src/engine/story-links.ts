import {
  type AnomalyId,
  dropOldest,
  type EntityId,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';

/** An anomaly that pointed at something, and when it last did. */
export interface Link {
  readonly anomaly: AnomalyId;
  readonly entity: EntityId;
  readonly at: EpochMs;
}

/** What the evidence of anomalies pointed at: machines of ours, and destinations. Bounded: what is oldest is forgotten. */
export class StoryLinks implements Stateful {
  readonly #links = new Map<string, readonly Link[]>();

  get isEmpty(): boolean {
    return this.#links.size === 0;
  }

  /** To a machine or a destination; the one that was pointed at last is kept the longest. */
  add(to: string, link: Link): void {
    const others = (this.#links.get(to) ?? []).filter(({ anomaly }) => anomaly !== link.anomaly);
    this.#links.delete(to);
    if (this.#links.size >= LIMITS.storyLinks) dropOldest(this.#links);
    this.#links.set(to, [...others, link].slice(-LIMITS.anomaliesPerLink));
  }

  to(what: string): readonly Link[] {
    return this.#links.get(what) ?? [];
  }

  /** Forgets what nobody pointed at since; what was pointed at last stands at the end. */
  forget(before: EpochMs): void {
    for (const [to, links] of this.#links) {
      if ((links.at(-1)?.at ?? 0) >= before) return;
      this.#links.delete(to);
    }
  }

  /** Forgets what an entity's anomalies pointed at. */
  erase(entities: ReadonlySet<EntityId>): void {
    for (const [to, links] of this.#links) {
      const others = links.filter((link) => !entities.has(link.entity));
      if (others.length === links.length) continue;
      if (others.length > 0) this.#links.set(to, others);
      else this.#links.delete(to);
    }
  }

  save(to: StateWriter): void {
    to.records('links', this.#links);
  }

  load(from: StateReader): void {
    for (const each of from.records('links')) {
      const [to, links] = each as [string, readonly Link[]];
      this.#links.set(to, links);
    }
  }
}
