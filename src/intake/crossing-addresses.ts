import type { Address } from '../model/index.ts';
import type { AddressNumbers, IntakeBatch } from '../sources/index.ts';

type WithConnections = Pick<IntakeBatch, 'connections'>;

/**
 * The addresses of a reading's batches on their way out of its thread: a text crosses once, and its number says it from then
 * on. Numbers are given in the order in which addresses come first.
 */
export class AddressesLeaving {
  #generation = 0;
  #last = 0;

  /** The batch with those of its addresses that did not cross yet. */
  leave<B extends WithConnections>(batch: B): B {
    return withAddresses(batch, (addresses, { generation, of }) => {
      if (generation !== this.#generation) [this.#generation, this.#last] = [generation, 0];
      const before = this.#last;
      this.#last = of.reduce((last, number) => Math.max(last, number), before);
      return addresses.filter((_, place) => (of[place] as number) > before);
    });
  }
}

/** On the other side. */
export class AddressesComing {
  #generation = 0;
  /** By number. */
  #known: Address[] = [];

  /** The batch as it was. @throws RangeError where a batch before it did not come: its addresses would be others' */
  come<B extends WithConnections>(batch: B): B {
    return withAddresses(batch, (addresses, { generation, of }) => {
      if (generation !== this.#generation) [this.#generation, this.#known] = [generation, []];
      const known = this.#known;
      let next = 0;
      const all: Address[] = [];
      for (const number of of) all.push((known[number] ??= addresses[next++] as Address));
      if (next !== addresses.length)
        throw new RangeError(`${next} addresses are new where ${addresses.length} came`);
      return all;
    });
  }
}

function withAddresses<B extends WithConnections>(
  batch: B,
  change: (addresses: readonly Address[], numbers: AddressNumbers) => readonly Address[],
): B {
  const { connections } = batch;
  if (connections?.numbers === undefined) return batch;
  const { rows, numbers } = connections;
  const addresses = change(rows.addresses, numbers);
  return { ...batch, connections: { ...connections, rows: { ...rows, addresses } } };
}
