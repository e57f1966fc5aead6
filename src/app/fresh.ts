import type { IntakeLedger } from '../engine/index.ts';
import { type EventOrigin, someOf } from '../model/index.ts';
import type { IntakeBatch } from '../sources/index.ts';

type Ledger = Pick<IntakeLedger, 'isDone' | 'reach'>;

/** Two readers of one log may both have seen a line before either was journaled: the first wins. */
export function freshOf(batch: IntakeBatch, ledger: Ledger): IntakeBatch {
  const isDone = ({ producer, at }: EventOrigin): boolean =>
    ledger.isDone(batch.producers[producer]?.producer ?? '', at);
  const stale = batch.origins.some(isDone);
  const rowsBehind = staleRows(batch, ledger);
  if (!stale && rowsBehind.size === 0) return batch;
  const keeps = batch.origins.map((origin) => !isDone(origin));
  const isFresh = (_: unknown, index: number): boolean => keeps[index] ?? true;
  return {
    ...batch,
    observations: batch.observations.filter(isFresh),
    origins: batch.origins.filter(isFresh),
    uids: batch.uids.filter(isFresh),
    ...connectionsLeft(batch, keeps, rowsBehind),
  };
}

/** Rows that are done; most often one look per producer tells that there are none. */
function staleRows({ connections, producers }: IntakeBatch, ledger: Ledger): ReadonlySet<number> {
  const stale = new Set<number>();
  if (connections === undefined) return stale;
  const { count, producer, position } = connections.rows;
  const reaches = producers.map((each) => ledger.reach(each.producer));
  for (let row = 0; row < count; row++) {
    const whose = producer[row] ?? 0;
    const at = position[row] ?? 0;
    if (at < (reaches[whose] ?? 0) && ledger.isDone(producers[whose]?.producer ?? '', at)) stale.add(row);
  }
  return stale;
}

/** The others keep their order: each moves up by as many as were dropped before it. */
function connectionsLeft(
  { connections }: IntakeBatch,
  keeps: readonly boolean[],
  stale: ReadonlySet<number>,
): Pick<IntakeBatch, 'connections'> {
  if (connections === undefined) return {};
  const places: number[] = [];
  let [row, place] = [0, 0];
  for (const [index, stood] of connections.places.entries()) {
    // Between two of them stand rows only.
    for (; row < stood - index; row++) if (!stale.has(row)) place++;
    if (keeps[index]) places.push(place++);
  }
  const rows = someOf(connections.rows, (each) => !stale.has(each));
  return { connections: { rows, places: Uint32Array.from(places) } };
}
