import type {
  DeviceId,
  EnrolRecord,
  EntityId,
  EpochMs,
  MergeRecord,
  SplitRecord,
  UserId,
  WorkloadId,
} from '../model/index.ts';
import type { Merge } from './device.ts';
import type { Population } from './population.ts';
import type { Revision } from './revision.ts';

/** What a merge or a split asks of the engine: to fold two states under `into`, or to part them again. */
export type IdentityChange =
  | ({ readonly kind: 'merged' | 'split' } & Merge)
  | {
      readonly kind: 'refused';
      readonly reason: 'unknown_entity' | 'same_entity' | 'already_merged' | 'not_merged';
    };

export interface EnrolOutcome {
  readonly enrolled: readonly EntityId[];
  readonly already: readonly EntityId[];
  readonly unknown: readonly EntityId[];
}

/** The operator's word on single entities: which are adopted, which are one. */
export class OperatorWord {
  readonly #population: Population;
  readonly #revision: Revision;

  constructor(population: Population, revision: Revision) {
    this.#population = population;
    this.#revision = revision;
  }

  enrol(record: EnrolRecord): EnrolOutcome {
    const { aliases, devices, users } = this.#population;
    const outcome = { enrolled: [] as EntityId[], already: [] as EntityId[], unknown: [] as EntityId[] };
    for (const named of record.entities) {
      const id = aliases.canonical(named);
      const entity = devices.get(id as DeviceId) ?? users.get(id as UserId);
      if (entity?.enrolment.state === 'discovered') {
        entity.enrolment = { state: 'enrolled', at: record.at, by: 'operator' };
        outcome.enrolled.push(id);
      } else {
        (this.#exists(id) ? outcome.already : outcome.unknown).push(id);
      }
    }
    if (outcome.enrolled.length > 0) this.#revision.moveAll();
    return outcome;
  }

  prove(named: DeviceId | WorkloadId, at: EpochMs): void {
    const { aliases, devices, workloads } = this.#population;
    const id = aliases.canonical(named);
    const device = devices.get(id as DeviceId);
    if (device === undefined) {
      const workload = workloads.get(id as WorkloadId);
      if (workload === undefined || workload.isProven === true) return;
      workload.isProven = true;
      this.#revision.moveAll();
      return;
    }
    const { enrolment } = device;
    if (enrolment.state === 'enrolled' && enrolment.by === 'certificate') return;
    const since = enrolment.state === 'enrolled' ? enrolment.at : at;
    device.enrolment = { state: 'enrolled', at: since, by: 'certificate' };
    this.#revision.moveAll();
  }

  /** From now on, and looking back, `from` is `into`. What `from` was known by stays its own, so `split` undoes it. */
  merge({ from, into }: Pick<MergeRecord, 'from' | 'into'>): IdentityChange {
    const { aliases, devices } = this.#population;
    if (!devices.get(from) || !devices.get(into)) return { kind: 'refused', reason: 'unknown_entity' };
    const survivor = aliases.device(into);
    if (aliases.device(from) === survivor) return { kind: 'refused', reason: 'same_entity' };
    if (aliases.device(from) !== from) return { kind: 'refused', reason: 'already_merged' };
    aliases.merge(from, into);
    return { kind: 'merged', from, into: survivor };
  }

  /** Takes back a merge of this pair, whoever made it. */
  split({ from, into }: Pick<SplitRecord, 'from' | 'into'>): IdentityChange {
    const { aliases } = this.#population;
    if (!aliases.split(from, into)) return { kind: 'refused', reason: 'not_merged' };
    return { kind: 'split', from, into: aliases.device(into) };
  }

  #exists(id: EntityId): boolean {
    const { devices, users, workloads } = this.#population;
    return (
      devices.get(id as DeviceId) !== undefined ||
      users.get(id as UserId) !== undefined ||
      workloads.has(id as WorkloadId)
    );
  }
}
