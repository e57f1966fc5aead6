import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sideBySide } from '../model/connections.fixture.ts';
import type { EventsRecord } from '../model/index.ts';
import { anyTelemetry } from './any-telemetry.fixture.ts';
import { connection, engineWith, eventRecords, sealed, START } from './engine-harness.fixture.ts';
import { numberAddresses } from './numbered-addresses.ts';

/** As a reader numbers: from 1 in the order in which addresses come, and anew once there are `most`. */
function numbering(most: number): (record: EventsRecord) => EventsRecord {
  const reading = {};
  let generation = 0;
  let numbers = new Map<string, number>();
  return (record) => {
    const rows = record.connections?.rows;
    if (rows === undefined) return record;
    if (numbers.size >= most) {
      numbers = new Map();
      generation++;
    }
    const of = rows.addresses.map((address) => {
      const number = numbers.get(address) ?? numbers.size + 1;
      numbers.set(address, number);
      return number;
    });
    numberAddresses(rows, { reading, generation, of: Uint32Array.from(of) });
    return record;
  };
}

describe('addresses that are numbered by their reader', () => {
  test('[CORES-2] change nothing of what follows from the records', () => {
    fc.assert(
      fc.property(
        anyTelemetry,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 6 }),
        (events, size, most) => {
          const plain = eventRecords(events, size).map(sideBySide);
          const numbered = eventRecords(events, size).map(sideBySide).map(numbering(most));
          const [without, with_] = [engineWith(), engineWith()];
          for (const [index, record] of plain.entries()) {
            without.apply(record);
            with_.apply(numbered[index] as EventsRecord);
          }
          expect(with_.stateHash()).toBe(without.stateHash());
        },
      ),
      { numRuns: 60 },
    );
  });

  test('[CORES-2] mean what their own reading means by them', () => {
    const events = sealed([
      connection(START, '10.0.0.1', '198.51.100.1'),
      connection(START + 1, '10.0.0.2', '198.51.100.1'),
    ]);
    const [first, second] = eventRecords(events, 1).map(sideBySide) as [EventsRecord, EventsRecord];
    const engine = engineWith();
    // Both readings call another address 1.
    engine.apply(numbering(9)(first));
    engine.apply(numbering(9)(second));
    expect(engine.directory.deviceCount).toBe(2);
  });

  test('[CORES-2] are refused where they are not one for each', () => {
    const [record] = eventRecords(sealed([connection(START, '10.0.0.1', '198.51.100.1')])).map(sideBySide);
    const rows = (record as EventsRecord).connections?.rows;
    expect(() =>
      numberAddresses(rows as NonNullable<typeof rows>, {
        reading: {},
        generation: 1,
        of: Uint32Array.of(1),
      }),
    ).toThrow(RangeError);
  });
});
