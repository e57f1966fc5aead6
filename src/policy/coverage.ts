import type { EntityId } from '../model/index.ts';

/** Connections before a share means anything. */
const ENOUGH = 20;
/** Both counts are halved here: old traffic fades, and the memory stays two integers. */
const HALVED_AT = 1_024;
const STEP = 0.1;
/** How far beyond a step's middle the share must move before another is published: nothing flaps. */
const HYSTERESIS = 0.03;

interface Counts {
  covered: number;
  total: number;
  published: number | null;
}

/** Per entity the share of connections about which some policy speaks. */
export class Coverage {
  readonly #entities = new Map<EntityId, Counts>();

  /** `true` when the published share changed. */
  observe(entity: EntityId, covered: boolean): boolean {
    const counts = this.#entities.get(entity) ?? { covered: 0, total: 0, published: null };
    this.#entities.set(entity, counts);
    counts.total++;
    if (covered) counts.covered++;
    if (counts.total >= HALVED_AT) {
      counts.total = Math.floor(counts.total / 2);
      counts.covered = Math.min(counts.total, Math.round(counts.covered / 2));
    }
    return publish(counts);
  }

  /** 0…1 in tenths; `null` while too little was seen. The gap `traffic_not_covered` is what lacks to 1. */
  shareOf(entity: EntityId): number | null {
    return this.#entities.get(entity)?.published ?? null;
  }

  /** Other policies: what was counted under the old ones says nothing. */
  restart(): void {
    this.#entities.clear();
  }

  forget(entity: EntityId): void {
    this.#entities.delete(entity);
  }

  snapshot(): unknown {
    const entities = [...this.#entities].sort(([a], [b]) => (a < b ? -1 : 1));
    return entities.map(([entity, counts]) => [entity, { ...counts }]);
  }
}

function publish(counts: Counts): boolean {
  if (counts.total < ENOUGH) return false;
  const share = counts.covered / counts.total;
  if (counts.published !== null && Math.abs(share - counts.published) <= STEP / 2 + HYSTERESIS) return false;
  const step = Math.round(share / STEP) / Math.round(1 / STEP);
  if (step === counts.published) return false;
  counts.published = step;
  return true;
}
