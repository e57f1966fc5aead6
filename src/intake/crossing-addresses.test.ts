import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sideBySide } from '../model/connections.fixture.ts';
import type { Address, SideBySide } from '../model/index.ts';
import { AddressesComing, AddressesLeaving } from './crossing-addresses.ts';

/** A record's addresses by their numbers, which are given in the order in which addresses come first. */
const anyReading = fc.array(
  fc.record({
    beginsAnew: fc.boolean(),
    again: fc.uniqueArray(fc.nat(20), { maxLength: 6 }),
    fresh: fc.nat(5),
  }),
  { maxLength: 30 },
);

test('[CORES-3] an address’s text crosses once in a generation, and every record has all of its own', () => {
  fc.assert(
    fc.property(anyReading, (reading) => {
      const [leaving, coming] = [new AddressesLeaving(), new AddressesComing()];
      let [generation, given] = [1, 0];
      for (const { beginsAnew, again, fresh } of reading) {
        if (beginsAnew) [generation, given] = [generation + 1, 0];
        const known = again.filter((number) => number > 0 && number <= given);
        const numbers = Uint32Array.from([...known, ...Array.from({ length: fresh }, () => ++given)]);
        const addresses = [...numbers].map((number) => `2001:db8:${generation}::${number}` as Address);
        const batch = batchOf(addresses, { generation, of: numbers });
        const crossed = leaving.leave(batch);
        expect(crossed.connections.rows.addresses).toEqual(addresses.slice(known.length));
        expect(coming.come(structuredClone(crossed))).toEqual(batch);
      }
    }),
  );
});

test('[CORES-3] a batch is refused where one before it did not come', () => {
  const [leaving, coming] = [new AddressesLeaving(), new AddressesComing()];
  const [a, b, c] = ['192.0.2.1', '192.0.2.2', '192.0.2.3'] as Address[] as [Address, Address, Address];
  const sent = (addresses: readonly Address[], ...numbers: number[]) =>
    leaving.leave(batchOf(addresses, { generation: 1, of: Uint32Array.from(numbers) }));
  coming.come(sent([a], 1));
  sent([b], 2);
  const behind = sent([b, c], 2, 3);
  expect(() => coming.come(behind)).toThrow(RangeError);
});

test('[CORES-3] where a reader gives no numbers every text crosses', () => {
  const { numbers: _, ...unnumbered } = batchOf(['192.0.2.1' as Address], {
    generation: 1,
    of: new Uint32Array(1),
  }).connections;
  const batch = { connections: unnumbered };
  expect(new AddressesLeaving().leave(batch)).toBe(batch);
  expect(new AddressesComing().come(batch)).toBe(batch);
});

function batchOf(addresses: readonly Address[], numbers: { generation: number; of: Uint32Array }) {
  const { connections } = sideBySide({ kind: 'events', producers: [], events: [], origins: [], uids: [] });
  const rows = { ...(connections as SideBySide).rows, macs: [], addresses };
  return { connections: { rows, places: new Uint32Array(0), numbers } };
}
