import type {
  AnomalyId,
  AnomalyType,
  AssignRecord,
  BaselineAcceptRecord,
  BaselineRevertRecord,
  EntityId,
  EpochMs,
  MaintenanceRecord,
  MaintenanceRemoveRecord,
  Stateful,
  StateReader,
  StateWriter,
  SuppressRecord,
  UnsuppressRecord,
  Verdict,
  VerdictRecord,
} from '../model/index.ts';
import { Calibration } from './calibration.ts';
import { Acceptances } from './acceptances.ts';
import { Maintenance } from './maintenance.ts';
import { type Held, HeldBack } from './held-back.ts';
import type { Partition } from './partition.ts';
import { partitionOf } from './partitioning.ts';
import { Suppressions } from './suppressions.ts';

/** What operators say of anomalies, one by one or of many to come. */
export type OperatorsWord =
  | VerdictRecord
  | AssignRecord
  | SuppressRecord
  | UnsuppressRecord
  | MaintenanceRecord
  | MaintenanceRemoveRecord
  | BaselineAcceptRecord
  | BaselineRevertRecord;

/** What is known of kinds of device, which words speak for as well. */
export interface Kinds {
  kindOf(entity: EntityId): string | null;
  /** An operator judged what was told of an entity. */
  judgeTold(entity: EntityId, type: AnomalyType, verdict: Verdict | null): void;
}

/** Operators' words that hold on, and what each of them does when it is said. A word about nothing changes nothing. */
export class OperatorWords {
  readonly suppressions: Suppressions;
  readonly maintenance: Maintenance;
  readonly acceptances = new Acceptances();
  readonly heldBack = new HeldBack();
  /** What verdicts taught of confidences. */
  readonly calibration = new Calibration();
  readonly #canonical: (id: EntityId) => EntityId;
  readonly #kinds: Kinds;

  constructor(canonical: (id: EntityId) => EntityId, kinds: Kinds) {
    this.#canonical = canonical;
    this.#kinds = kinds;
    this.suppressions = new Suppressions(canonical);
    this.maintenance = new Maintenance(canonical);
  }

  apply(word: OperatorsWord, partitions: readonly Partition[], now: EpochMs): void {
    switch (word.kind) {
      case 'verdict':
        return this.#judge(word, partitions, now);
      case 'assign':
        for (const each of partitions) each.assign(word);
        return;
      case 'suppress':
        return this.#suppress(word, partitions, now);
      case 'unsuppress':
        return this.#unsuppress(word, partitions, now);
      case 'maintenance':
        this.maintenance.add(word, now);
        return;
      case 'maintenance_remove':
        return this.#endMaintenance(word, partitions, now);
      case 'baseline_accept':
        return this.#accept(word, partitions, now);
      case 'baseline_revert':
        return this.#revert(word, partitions, now);
    }
  }

  /** The engine's time has come to `now`: what is over holds nothing back any more. */
  expire(now: EpochMs, partitions: readonly Partition[]): void {
    this.suppressions.expire(now);
    this.#askAgain(this.heldBack.takeEnded(now), partitions, now);
  }

  /** All that was said of an entity alone; what verdicts on it taught of confidences stays, it is of nobody. */
  forget(entity: EntityId): void {
    this.suppressions.forget(entity);
    this.maintenance.forget(entity);
    this.acceptances.forget(entity);
    this.heldBack.forget(entity);
  }

  /** What has something to say, in the order in which it is read back: a state without words is as it always was. */
  parts(): readonly (readonly [string, Stateful & { readonly isEmpty: boolean }])[] {
    return [
      ['suppressions', this.suppressions],
      ['maintenance', this.maintenance],
      ['acceptances', this.acceptances],
      ['held_back', this.heldBack],
      ['calibration', this.calibration],
    ];
  }

  /** A verdict is learnt from once, however the anomaly grows and whatever else is said; another one takes its place. */
  #judge(word: VerdictRecord, partitions: readonly Partition[], now: EpochMs): void {
    for (const { anomalies } of partitions) {
      const known = anomalies.get(word.anomaly as AnomalyId);
      if (known === null || known.verdict === word.verdict) continue;
      const { type, confidence, estimate = confidence, verdict, judgedEstimate = estimate } = known;
      const kind = this.#kinds.kindOf(known.entity);
      this.calibration.learn({ type, kind: known.judgedKind ?? null }, judgedEstimate, verdict, -1);
      this.calibration.learn({ type, kind }, estimate, word.verdict);
      this.#kinds.judgeTold(known.entity, type, word.verdict);
      for (const each of partitions) each.verdict(word, now, kind);
      return;
    }
    for (const each of partitions) each.verdict(word, now);
  }

  /** What is open of it closes, and is told again when the word is over, if it is still so. */
  #suppress(word: SuppressRecord, partitions: readonly Partition[], now: EpochMs): void {
    const made = this.suppressions.add(word, now);
    if (made === null) return;
    const closed = partitions.flatMap((each) => each.suppress(word, now));
    // In an order that does not depend on the partitions.
    for (const each of closed.sort((a, b) => (a.id < b.id ? -1 : 1))) {
      this.heldBack.add(each.entity, each, { id: made.id, until: made.expiresAt });
      this.#kinds.judgeTold(each.entity, each.type, 'expected');
    }
  }

  #askAgain(held: readonly Held[], partitions: readonly Partition[], now: EpochMs): void {
    for (const { entity, type, name } of held) {
      const whose = this.#canonical(entity);
      partitionOf(whose, partitions).askAgain(whose, type, name, now);
    }
  }

  #unsuppress(word: UnsuppressRecord, partitions: readonly Partition[], now: EpochMs): void {
    const ended = this.suppressions.remove(word);
    if (ended === null) return;
    this.#askAgain(this.heldBack.take(ended.id), partitions, now);
    const { type, entity } = ended.scope;
    if (type !== null && type !== 'unexpected_offline') return;
    const whose = entity === null ? null : this.#canonical(entity);
    for (const each of partitions) each.lookForSilent(whose, now);
  }

  #endMaintenance(word: MaintenanceRemoveRecord, partitions: readonly Partition[], now: EpochMs): void {
    const removed = this.maintenance.remove(word);
    if (removed === null) return;
    this.#askAgain(this.heldBack.take(removed.id), partitions, now);
    const { entity } = removed.scope;
    const whose = entity === null ? null : this.#canonical(entity);
    for (const each of partitions) each.lookForSilent(whose, now);
  }

  #accept(word: BaselineAcceptRecord, partitions: readonly Partition[], now: EpochMs): void {
    const entity = this.#canonical(word.entity);
    const before = partitionOf(entity, partitions).accept(word, entity, now);
    this.acceptances.add(entity, word, before);
  }

  #revert(word: BaselineRevertRecord, partitions: readonly Partition[], now: EpochMs): void {
    const entity = this.#canonical(word.entity);
    const taken = this.acceptances.take(entity);
    if (taken !== null && taken.before !== null)
      partitionOf(entity, partitions).revert(entity, taken.before, now);
  }
}

/** Parts that are written down only where there is something in them, and read where they were. */
export function saveSome(
  to: StateWriter,
  parts: Iterable<readonly [string, Stateful & { readonly isEmpty: boolean }]>,
): void {
  for (const [name, part] of parts) if (!part.isEmpty) part.save(to.part(name));
}

export function loadSome(from: StateReader, parts: Iterable<readonly [string, Stateful]>): void {
  for (const [name, part] of parts) if (from.has(name)) part.load(from.part(name));
}
