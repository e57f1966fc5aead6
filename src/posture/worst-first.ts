import type { LiveView } from '../engine/index.ts';
import { type EntityId, FULL_SCORE } from '../model/index.ts';
import type { Turn } from './turns.ts';

/** Placed before others have their turn: a millisecond. */
const PORTION = 4_096;

export interface WorstFirst {
  readonly ids: readonly EntityId[];
  /** Of how many they are the worst. */
  readonly total: number;
}

/**
 * The worst so many of the fleet: who is enrolled before strangers that passed by, then by score. A scan from
 * invented addresses must not stand before what is the fleet's own, only because it came first.
 */
export async function worstFirst(view: LiveView, limit: number, turn: Turn): Promise<WorstFirst> {
  const ids: EntityId[] = [];
  const places: number[] = [];
  const having = new Uint32Array(2 * (FULL_SCORE + 1));
  for (const portion of view.glances()) {
    for (const { id, isEnrolled, scoreExact } of portion) {
      const place = (isEnrolled ? 0 : FULL_SCORE + 1) + scoreExact;
      ids.push(id);
      places.push(place);
      having[place] = (having[place] ?? 0) + 1;
    }
    await turn();
  }
  const next = firstAt(having);
  const worst: EntityId[] = [];
  for (const [i, id] of ids.entries()) {
    const place = places[i] ?? 0;
    const at = next[place] ?? limit;
    next[place] = at + 1;
    if (at < limit) worst[at] = id;
    if (i % PORTION === 0) await turn();
  }
  return { ids: worst, total: ids.length };
}

/** How many stand before each place, where the first of it goes. */
function firstAt(having: Uint32Array): Uint32Array {
  const first = new Uint32Array(having.length);
  for (let place = 1; place < having.length; place++)
    first[place] = (first[place - 1] ?? 0) + (having[place - 1] ?? 0);
  return first;
}
