import type { EntityView } from '../engine/index.ts';
import type { FactorName } from '../model/index.ts';
import type { Term } from './comparison-terms.ts';
import { Page } from './paging.ts';

/** Of how many the causes are looked up: each is a question to the history. */
const LOOKED_AT = 16;

/** An entity in which a factor moved, at both ends. */
export interface Mover {
  readonly was: EntityView;
  readonly is: EntityView;
  readonly isRising: boolean;
}

/** What moves who counts for more or for less than before. */
export const REWEIGHED = 'entities_reweighed';

/**
 * For each factor those of the fleet in whom it moved most, by severity and by the devices that they count for; and whose
 * own weight moved most.
 */
export class Movers {
  readonly #rising = new Map<string, Page<Mover>>();
  readonly #falling = new Map<string, Page<Mover>>();

  readonly #reweighed = new Page<Mover>(LOOKED_AT, undefined);

  /** How many count for more or for less. */
  get reweighed(): number {
    return this.#reweighed.total;
  }

  compare(was: EntityView | undefined, is: EntityView | undefined): void {
    if (was === undefined || is === undefined) return;
    const heavier = is.weight - was.weight;
    if (heavier !== 0)
      this.#reweighed.add(
        { first: -Math.abs(heavier), second: 0, id: is.id },
        { was, is, isRising: heavier > 0 },
      );
    const before = new Map(was.published.map(({ name, p }) => [name, p]));
    const after = new Map(is.published.map(({ name, p }) => [name, p]));
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const moved = (after.get(name) ?? 0) - (before.get(name) ?? 0);
      if (moved !== 0) this.#add(name, moved * is.weight, { was, is, isRising: moved > 0 });
    }
  }

  /** The most first; those in whom it moved as it did in the whole fleet, if there are any. */
  of({ term, points }: Term): readonly Mover[] {
    if (term === REWEIGHED) return this.#reweighed.items;
    const [alike, contrary] = points < 0 ? [this.#rising, this.#falling] : [this.#falling, this.#rising];
    return (alike.get(term) ?? contrary.get(term))?.items ?? [];
  }

  #add(name: FactorName, moved: number, mover: Mover): void {
    const pages = moved > 0 ? this.#rising : this.#falling;
    let page = pages.get(name);
    if (page === undefined) pages.set(name, (page = new Page(LOOKED_AT, undefined)));
    page.add({ first: -Math.abs(moved), second: 0, id: mover.is.id }, mover);
  }
}
