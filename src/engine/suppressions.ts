import {
  type EntityId,
  type EpochMs,
  LIMITS,
  type Stateful,
  type StateReader,
  type StateWriter,
  type Suppression,
  type SuppressionId,
  type SuppressRecord,
  type UnsuppressRecord,
} from '../model/index.ts';
import { scopeMatcher, type Suppressible, type Whose } from './suppression-scope.ts';
import { suppressionId } from './word-ids.ts';

interface InForce {
  readonly suppression: Suppression;
  readonly matches: ReturnType<typeof scopeMatcher>;
}

/**
 * What operators said is not to be raised. Counts are sums, so that they are the same however the entities are
 * partitioned. One that ended stays listed for a while, with what it held back.
 */
export class Suppressions implements Stateful {
  readonly #inForce = new Map<SuppressionId, InForce>();
  /** The oldest first. */
  #ended: readonly Suppression[] = [];
  #nextExpiry: EpochMs = Number.POSITIVE_INFINITY;
  readonly #canonical: (id: EntityId) => EntityId;

  constructor(canonical: (id: EntityId) => EntityId) {
    this.#canonical = canonical;
  }

  /** Nothing was ever suppressed. */
  get isEmpty(): boolean {
    return this.#inForce.size === 0 && this.#ended.length === 0;
  }

  /** Detections that those in force have held back. */
  get heldBack(): number {
    return [...this.#inForce.values()].reduce((sum, { suppression }) => sum + suppression.matches, 0);
  }

  /** When the next one ends by time alone; infinity for none. */
  get nextExpiry(): EpochMs {
    return this.#nextExpiry;
  }

  get count(): number {
    return this.#inForce.size;
  }

  /** `null` where it was in force already, where it would end before it begins, or beyond the bound. */
  add(record: SuppressRecord, now: EpochMs): Suppression | null {
    const id = suppressionId(record);
    if (this.#inForce.has(id) || this.#inForce.size >= LIMITS.suppressions) return null;
    const { scope, reason, owner, actor, at: since, saidAt } = record;
    const expiresAt = Math.min(record.expiresAt, since + LIMITS.suppressionMs);
    if (expiresAt <= now) return null;
    const suppression: Suppression = {
      id,
      scope,
      reason,
      owner,
      actor,
      since,
      ...(saidAt === undefined ? {} : { saidAt }),
      expiresAt,
      matches: 0,
      lastMatch: null,
      ended: null,
    };
    this.#put(suppression);
    return suppression;
  }

  /** `null` for one that is not in force. */
  remove({ suppression: id, at, saidAt }: UnsuppressRecord): Suppression | null {
    const ended = { at, by: 'removal', ...(saidAt === undefined ? {} : { saidAt }) } as const;
    return this.#end(id as SuppressionId, ended);
  }

  /** What was said of an entity alone is forgotten, with its reason. */
  forget(entity: EntityId): void {
    for (const [id, { suppression }] of this.#inForce) {
      if (suppression.scope.entity === entity) this.#inForce.delete(id);
    }
    this.#ended = this.#ended.filter(({ scope }) => scope.entity !== entity);
    this.#lookAhead();
  }

  /** The engine's time has come to `now`. */
  expire(now: EpochMs): void {
    if (now < this.#nextExpiry) return;
    for (const { suppression } of this.#inForce.values()) {
      if (suppression.expiresAt <= now)
        this.#end(suppression.id, { at: suppression.expiresAt, by: 'expiry' });
    }
    this.#lookAhead();
  }

  /** Whether a detection is held back; it is counted at the one that is in force the longest. */
  holds(whose: Whose, found: Suppressible, at: EpochMs): Suppression | null {
    for (const { suppression, matches } of this.#inForce.values()) {
      if (!matches(whose, found)) continue;
      const { matches: before, lastMatch } = suppression;
      const counted = { ...suppression, matches: before + 1, lastMatch: Math.max(at, lastMatch ?? at) };
      this.#inForce.set(suppression.id, { suppression: counted, matches });
      return counted;
    }
    return null;
  }

  get(id: string): Suppression | null {
    return (
      this.#inForce.get(id as SuppressionId)?.suppression ??
      this.#ended.findLast((each) => each.id === id) ??
      null
    );
  }

  /** Those in force, then those that ended, the latest first. */
  all(): readonly Suppression[] {
    const inForce = [...this.#inForce.values()].map(({ suppression }) => suppression);
    return [...inForce, ...this.#ended.toReversed()];
  }

  save(to: StateWriter): void {
    to.records(
      'in_force',
      [...this.#inForce.values()].map(({ suppression }) => suppression),
    );
    to.records('ended', this.#ended);
  }

  load(from: StateReader): void {
    for (const each of from.records('in_force')) this.#put(each as Suppression);
    this.#ended = [...from.records('ended')] as Suppression[];
  }

  #lookAhead(): void {
    this.#nextExpiry = Math.min(
      Number.POSITIVE_INFINITY,
      ...[...this.#inForce.values()].map(({ suppression }) => suppression.expiresAt),
    );
  }

  #put(suppression: Suppression): void {
    const matches = scopeMatcher(suppression.scope, this.#canonical);
    this.#inForce.set(suppression.id, { suppression, matches });
    this.#nextExpiry = Math.min(this.#nextExpiry, suppression.expiresAt);
  }

  #end(id: SuppressionId, end: NonNullable<Suppression['ended']>): Suppression | null {
    const known = this.#inForce.get(id);
    if (known === undefined) return null;
    this.#inForce.delete(id);
    const ended: Suppression = { ...known.suppression, ended: end };
    this.#ended = [...this.#ended, ended].slice(-LIMITS.endedWords);
    return ended;
  }
}
