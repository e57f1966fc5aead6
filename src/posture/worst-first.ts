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
 * The worst so many of the fleet: who is enrolled before strangers that passed by, then by score. Its order of ids is that of
 * rows otherwise: a scan from invented addresses must not stand before what is the fleet's own.
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
  const last = placeOf(limit, having);
  const found: { readonly id: EntityId; readonly place: number }[] = [];
  for (const [i, id] of ids.entries()) {
    const place = places[i] ?? last;
    if (place <= last) found.push({ id, place });
    if (i % PORTION === 0) await turn();
  }
  found.sort((a, b) => a.place - b.place);
  return { ids: found.slice(0, limit).map(({ id }) => id), total: ids.length };
}

/** Where the one stands that is the last of so many. */
function placeOf(limit: number, having: Uint32Array): number {
  let count = 0;
  for (const [place, own] of having.entries()) {
    count += own;
    if (count >= limit) return place;
  }
  return having.length;
}
