import type { EngineView, EntityView } from '../engine/index.ts';
import type { EntityId, EpochMs, FactorName } from '../model/index.ts';
import { Page } from './paging.ts';
import type { Turn } from './turns.ts';

/** Who fails in any of some ways, the longest first. */
export interface FailingPage {
  readonly ids: readonly EntityId[];
  readonly total: number;
  readonly next: string | null;
}

/** Entities that have any of some factors, found in one reading of the fleet for all who ask. */
export class FailingEntities {
  readonly #pages = new Map<
    string,
    { readonly factors: ReadonlySet<FactorName>; readonly page: Page<EntityId> }
  >();
  readonly #since = new Map<FactorName, EpochMs>();

  /** Asks for those that have any of these. */
  ask(factors: readonly FactorName[], limit: number, cursor?: string): void {
    if (factors.length === 0) return;
    this.#pages.set(keyOf(factors), { factors: new Set(factors), page: new Page(limit, cursor) });
  }

  /** Looks at everybody, in slices between which others have their turn. */
  async read(view: EngineView, turn: Turn): Promise<void> {
    if (this.#pages.size === 0) return;
    for (const portion of view.glances()) {
      for (const { id } of portion) {
        const entity = view.entity(id);
        if (entity !== null && entity.id === id) this.#look(entity);
      }
      await turn();
    }
  }

  of(factors: readonly FactorName[]): FailingPage {
    const page = this.#pages.get(keyOf(factors))?.page;
    return { ids: page?.items ?? [], total: page?.total ?? 0, next: page?.next ?? null };
  }

  /** When the first of those who have a factor got it; `null` where nobody asked for it, or nobody has it. */
  since(factor: FactorName): EpochMs | null {
    return this.#since.get(factor) ?? null;
  }

  #look({ id, published, scoreExact }: EntityView): void {
    for (const { factors, page } of this.#pages.values()) {
      let first = Number.POSITIVE_INFINITY;
      for (const { name, since } of published) {
        if (!factors.has(name)) continue;
        first = Math.min(first, since);
        this.#since.set(name, Math.min(since, this.#since.get(name) ?? since));
      }
      if (Number.isFinite(first)) page.add({ first, second: scoreExact, id }, id);
    }
  }
}

function keyOf(factors: readonly FactorName[]): string {
  return [...factors].sort().join(' ');
}
