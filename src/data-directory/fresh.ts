import type { IntakeLedger } from '../engine/index.ts';
import { type EventOrigin, someOf } from '../model/index.ts';
import type { IntakeBatch } from '../sources/index.ts';

type Ledger = Pick<IntakeLedger, 'isDone' | 'mark' | 'beyond' | 'hasUid'>;

export interface Fresh {
  readonly batch: IntakeBatch;
  /** Of the batch as it came: the observations that were left out. */
  readonly known: readonly number[];
  /** Of its rows, by their producer: how many. */
  readonly knownRows: readonly number[];
}

/**
 * In small steps, what of a batch is new. Two readers of one log may both have seen a line before either was journaled: the first
 * wins; and of records with an id of their own, the first that came. The batch's `uids` are sealed already.
 */
export function* findingFresh(batch: IntakeBatch, ledger: Ledger): Generator<void, Fresh> {
  const isKnown = ({ producer, at }: EventOrigin, index: number): boolean => {
    const uid = batch.uids[index] ?? '';
    const name = batch.producers[producer]?.producer ?? '';
    return ledger.isDone(name, at) || (uid !== '' && ledger.hasUid(uid));
  };
  const known: number[] = [];
  for (const [index, origin] of batch.origins.entries()) {
    if (isKnown(origin, index)) known.push(index);
    yield;
  }
  const knownRows = rowsKnown(batch, ledger);
  const told = { known, knownRows: countedByProducer(batch, knownRows) };
  if (known.length === 0 && knownRows.size === 0) return { batch, ...told };
  const leaves = new Set(known);
  const stays = (_: unknown, index: number): boolean => !leaves.has(index);
  return {
    batch: {
      ...batch,
      observations: batch.observations.filter(stays),
      origins: batch.origins.filter(stays),
      uids: batch.uids.filter(stays),
      ...connectionsLeft(batch, leaves, knownRows),
    },
    ...told,
  };
}

function countedByProducer(
  { connections, producers }: IntakeBatch,
  rows: ReadonlySet<number>,
): readonly number[] {
  const counts = producers.map(() => 0);
  for (const row of rows) {
    const producer = connections?.rows.producer[row] ?? 0;
    counts[producer] = (counts[producer] ?? 0) + 1;
  }
  return counts;
}

/** Rows that are done; most often one look per producer tells that there are none. */
function rowsKnown({ connections, producers }: IntakeBatch, ledger: Ledger): ReadonlySet<number> {
  const known = new Set<number>();
  if (connections === undefined) return known;
  const { count, producer, position } = connections.rows;
  const done = producers.map((each) => ({
    upTo: ledger.mark(each.producer),
    beyond: ledger.beyond(each.producer),
  }));
  for (let row = 0; row < count; row++) {
    const whose = done[producer[row] ?? 0];
    const at = position[row] ?? 0;
    if (whose !== undefined && (at < whose.upTo || whose.beyond.has(at))) known.add(row);
  }
  return known;
}

/** The others keep their order: each moves up by as many as were dropped before it. */
function connectionsLeft(
  { connections }: IntakeBatch,
  leaves: ReadonlySet<number>,
  knownRows: ReadonlySet<number>,
): Pick<IntakeBatch, 'connections'> {
  if (connections === undefined) return {};
  const places: number[] = [];
  let [row, place] = [0, 0];
  for (const [index, stood] of connections.places.entries()) {
    // Between two of them stand rows only.
    for (; row < stood - index; row++) if (!knownRows.has(row)) place++;
    if (!leaves.has(index)) places.push(place++);
  }
  const rows = someOf(connections.rows, (each) => !knownRows.has(each));
  return { connections: { rows, places: Uint32Array.from(places) } };
}
