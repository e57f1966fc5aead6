import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../../columns/memory-state.fixture.ts';
import {
  advised,
  configured,
  connection,
  engineWith,
  entityIn,
  entry,
  HQ,
  inventoried,
  replayed,
  START,
  telemetry,
} from '../../engine/engine-harness.fixture.ts';
import type { Engine } from '../../engine/index.ts';
import { DAY_MS, type JournalRecord, type SensorId } from '../../model/index.ts';
import { createLogReader, isSoftwareInventory, readSoftwareInventory } from '../../sources/index.ts';
import { observations } from '../../sources/json-line.fixture.ts';
import { OCSF_SOFTWARE } from '../../vulnerabilities/documents.fixture.ts';
import { softwareBill } from '../../vulnerabilities/index.ts';

const AT = START + DAY_MS;
/** After everything in the fixtures. */
const LATER = START + 365 * DAY_MS;
const CONTEXT = { site: HQ, sensor: 'agent' as SensorId, now: LATER };
const GATEWAY = 'dev_gateway';
const base: readonly JournalRecord[] = [
  configured,
  inventoried(START, entry(GATEWAY, '10.0.0.1'), entry('dev_other', '10.0.0.2')),
  ...telemetry([connection(START, '10.0.0.1', '10.0.0.2')]),
];

function line(event: object) {
  const bytes = Buffer.from(JSON.stringify(event));
  return { bytes, number: 1, offset: 0, end: bytes.length, fault: null, complete: true };
}

function sent(events: readonly object[]): readonly JournalRecord[] {
  const reader = createLogReader('ocsf', 'events.json', CONTEXT);
  return events.flatMap((event) => telemetry(observations(reader.read(line(event)))));
}

function billIn(text: string) {
  const file = readSoftwareInventory(text, LATER);
  if (!file.ok) throw new Error(file.message);
  const reading = softwareBill(file.events, file.device);
  if (!reading.ok) throw new Error(reading.message);
  return reading;
}

function imported(events: readonly object[]): JournalRecord {
  return {
    kind: 'components',
    at: AT,
    entity: GATEWAY,
    bill: billIn(JSON.stringify(events)).bill,
    actor: 'test',
  };
}

/** What is known to be installed, as it is kept. */
function kept({ weaknesses }: Engine): unknown {
  return WrittenState.of(weaknesses.book).records('bills');
}

function curl(version: string, time: number) {
  return { class_uid: 5020, time, device: { ip: '10.0.0.1' }, package: { name: 'curl', version } };
}

const anyPackage = fc.record(
  {
    name: fc.constantFrom('parser', 'curl', 'log4j', 'bash'),
    version: fc.constantFrom('1.0', '1.1', '2.0.5'),
    vendor_name: fc.constantFrom('Acme', 'Umbrella'),
    purl: fc.constantFrom('pkg:npm/%40acme/parser@1.0', 'pkg:deb/debian/curl@7?distro=debian-12'),
    cpe_name: fc.constant('cpe:2.3:a:gnu:bash:5.1.8:*:*:*:*:*:*:*'),
    epoch: fc.nat(3),
  },
  { requiredKeys: ['name'] },
);
const anyEvent = fc
  .record({
    time: fc.nat(5).map((hours) => START + hours * 3_600_000),
    package: anyPackage,
    parts: fc.array(anyPackage, { maxLength: 3 }),
  })
  .map(({ time, package: one, parts }) => ({
    class_uid: 5020,
    time,
    device: { ip: '10.0.0.1' },
    package: one,
    sbom: { software_components: parts },
  }));
const anyEvents = fc.array(anyEvent, { minLength: 1, maxLength: 12, size: 'max' });

describe('[VULN-BILL-4] one reader, two doors', () => {
  test('what is sent is kept as what is imported', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const [asFile, asEvents] = [
          replayed([...base, imported(events)]),
          replayed([...base, ...sent(events)]),
        ];
        expect(kept(asEvents)).toEqual(kept(asFile));
      }),
    );
  });

  test('in whatever order it comes the newest word on a package counts', () => {
    const orders = anyEvents.chain((events) =>
      fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
    );
    const inventory = (events: readonly object[]) =>
      billIn(JSON.stringify(events))
        .bill.components.map((each) => JSON.stringify(each))
        .sort((a, b) => (a < b ? -1 : 1));
    fc.assert(
      fc.property(orders, ([events, others]) => {
        expect(inventory(others)).toEqual(inventory(events));
      }),
    );
  });

  test('as an older release kept it, it is all of one moment, and what is sent goes on from there', () => {
    const at = START + 1_000;
    const component = { name: 'curl', version: '1.0', keys: ['product/curl'], order: 'dotted' as const };
    const older = { id: 'ocsf/gateway', format: 'ocsf' as const, created: at, components: [component] };
    const engine = replayed([
      ...base,
      { kind: 'components', at: AT, entity: GATEWAY, bill: older, actor: 'test' },
    ]);
    const newer = { ...component, version: '1.1' };
    for (const record of sent([curl('1.0', at - 1), curl('1.1', at + 1)])) engine.apply(record);
    expect(kept(engine)).toEqual([
      [
        GATEWAY,
        at + 1,
        { id: 'ocsf', format: 'ocsf', created: at + 1, components: [{ ...newer, asOf: at + 1 }] },
      ],
    ]);
  });

  test('a replay of it, and a snapshot, are the same state', () => {
    const records = [
      ...base,
      ...sent(OCSF_SOFTWARE.map((each) => ({ ...each, device: { ip: '10.0.0.1' } }))),
    ];
    const engine = replayed(records);
    const other = engineWith();
    other.weaknesses.book.load(WrittenState.of(engine.weaknesses.book));
    expect(kept(other)).toEqual(kept(engine));
    expect(kept(replayed(records, 3))).toEqual(kept(engine));
  });
});

describe('[VULN-BILL-5] a live event changes the next answer', () => {
  const thing = (version: string, time: number) => ({
    class_uid: 5020,
    time,
    device: { ip: '10.0.0.1' },
    package: { name: 'thing', version, purl: `pkg:npm/thing@${version}` },
  });
  const weak = (engine: Engine) => {
    const view = entityIn(engine, GATEWAY);
    return [view.vulnerabilities().length, view.factors().some(({ name }) => name === 'vulnerability')];
  };

  test('the weakness is there, and gone with the upgrade', () => {
    const engine = replayed([...base, advised(START, '1.5')]);
    expect(weak(engine)).toEqual([0, false]);
    for (const record of sent([thing('1.0', AT - 2_000)])) engine.apply(record);
    expect(weak(engine)).toEqual([1, true]);
    expect(entityIn(engine, GATEWAY).components()).toMatchObject([{ name: 'thing', version: '1.0' }]);
    for (const record of sent([thing('1.5', AT - 1_000)])) engine.apply(record);
    expect(weak(engine)).toEqual([0, false]);
    // An older word that comes late brings nothing back.
    for (const record of sent([thing('1.0', AT - 3_000)])) engine.apply(record);
    expect(weak(engine)).toEqual([0, false]);
  });

  test('an advisory that comes later finds it; nobody else has it', () => {
    const engine = replayed([...base, ...sent([thing('1.0', AT - 2_000)]), advised(AT, '1.5')]);
    expect(weak(engine)).toEqual([1, true]);
    expect(entityIn(engine, 'dev_other').vulnerabilities()).toEqual([]);
  });

  test('of two identities that were one the newer word counts, and each has its own back after a split', () => {
    const other = { ...thing('1.5', AT - 1_000), device: { ip: '10.0.0.2' } };
    const identity = { from: 'dev_other', into: GATEWAY, actor: 'test', reason: null } as const;
    const engine = replayed([
      ...base,
      advised(START, '1.5'),
      ...sent([thing('1.0', AT - 2_000), other]),
      { kind: 'merge', at: AT, ...identity },
    ]);
    expect(weak(engine)).toEqual([0, false]);
    engine.apply({ kind: 'split', at: AT, ...identity });
    expect(weak(engine)).toEqual([1, true]);
  });
});

describe('[VULN-BILL-3] software inventory of OCSF as a file', () => {
  const lines = OCSF_SOFTWARE.map((each) => JSON.stringify(each)).join('\n');

  test.each([
    ['lines', lines],
    ['a list', JSON.stringify(OCSF_SOFTWARE)],
  ])('as %s: epoch and release are part of a version, and no person is kept', (_, text) => {
    expect(isSoftwareInventory(text)).toBe(true);
    const { bill: found, device } = billIn(text);
    expect(device).toBe('gateway');
    const asOf = 1_777_593_600_000;
    expect(found).toEqual({
      id: 'ocsf',
      format: 'ocsf',
      created: asOf + 1_000,
      components: [
        {
          name: 'bash',
          version: '5.1.8-6.el9',
          vendor: 'Red Hat',
          keys: ['rpm/redhat/bash'],
          order: 'rpm',
          release: '9',
          asOf,
        },
        {
          name: 'perl',
          version: '4:5.32.1-480.el9',
          keys: ['product/perl'],
          order: 'dotted',
          asOf: asOf + 1_000,
        },
        { name: 'zlib', version: '1.2.11', keys: ['product/zlib'], order: 'dotted', asOf: asOf + 1_000 },
      ],
    });
    expect(JSON.stringify(found)).not.toMatch(/somebody/i);
  });

  const [first] = OCSF_SOFTWARE;
  test.each([
    [
      'of two devices',
      `${lines}\n${JSON.stringify({ ...first, device: { hostname: 'other' } })}`,
      '2 devices',
    ],
    ['cut off', lines.slice(0, -9), 'neither JSON'],
    [
      'with a bad package',
      `${lines}\n${JSON.stringify({ ...first, package: { name: 7 } })}`,
      'event 3: wrong_type (package.name)',
    ],
    [
      'from the future',
      JSON.stringify({ ...first, time: 4_102_444_800_001 }),
      'event 1: time_out_of_range (time)',
    ],
  ])('one %s is refused whole', (_, text, message) => {
    expect(readSoftwareInventory(text, LATER)).toEqual({
      ok: false,
      message: expect.stringContaining(message) as unknown,
    });
  });

  test('any text is an inventory or refused', () => {
    fc.assert(
      fc.property(fc.nat(lines.length), fc.nat(30), fc.string(), (at, length, put) => {
        const text = lines.slice(0, at) + put + lines.slice(at + length);
        expect(typeof readSoftwareInventory(text, AT).ok).toBe('boolean');
      }),
      { numRuns: 500 },
    );
  });
});
