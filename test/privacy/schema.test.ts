import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyEvent } from '../../src/journal/any-event.fixture.ts';
import { encodeRecord } from '../../src/journal/codec.ts';
import type { Event, Observation, SensorId, SiteId } from '../../src/model/index.ts';
import { HELD_AS } from '../../src/privacy/held-as.ts';
import { HELD_FIELDS } from '../../src/privacy/held-fields.ts';
import { createNameGate, createSealer, deriveKeys } from '../../src/privacy/index.ts';
import { createLogReader, type Line } from '../../src/sources/index.ts';
import { Canaries } from './canaries.ts';
import { ocsfEvents } from './ocsf-canaries.ts';
import { eveRecords } from './suricata-canaries.ts';
import { asJson, zeekRecords } from './zeek-canaries.ts';

const START = Date.UTC(2026, 2, 2, 8);
const CONTEXT = { site: 'hq' as SiteId, sensor: 'sensor-1' as SensorId, now: START + 40 * 86_400_000 };
const KEYS = deriveKeys(new Uint8Array(32).fill(3), 1);

/** A record of every source and kind, as its adapter reads it. */
const FORMATS = ['zeek_json', 'suricata_eve', 'ocsf'] as const;
const canaries = new Canaries();
const SOFTWARE = {
  ts: START / 1_000,
  host: '10.20.0.7',
  host_p: 22,
  software_type: 'SSH::SERVER',
  name: 'OpenSSH',
  unparsed_version: canaries.word('version'),
};
const RECORDS: Readonly<Record<(typeof FORMATS)[number], readonly string[]>> = {
  zeek_json: [
    ...Array.from(zeekRecords(canaries, 'json', START / 1_000), ([kind, record]) =>
      asJson(kind, record).trim(),
    ),
    // With a product's name: the canary in the other's place is none, and is passed over.
    asJson('software', SOFTWARE).trim(),
  ],
  suricata_eve: eveRecords(canaries, START),
  ocsf: ocsfEvents(canaries, START),
};

function lineOf(text: string): Line {
  const bytes = Buffer.from(text);
  return { bytes, number: 1, offset: 0, end: bytes.length, fault: null, complete: true };
}

function observationsIn(format: (typeof FORMATS)[number], text: string): readonly Observation[] {
  const readings = createLogReader(format, 'a.log', CONTEXT).read(lineOf(text));
  return readings.flatMap((each) => (each.kind === 'observation' ? [each.observation] : []));
}

function sealed(observations: readonly Observation[]): readonly Event[] {
  const sealer = createSealer({ keys: KEYS, gate: createNameGate(), domains: { CORP: 'corp.example' } });
  return observations.map((each) => sealer.seal(each));
}

/** What in an event is not as it is said to be held. */
function unfit(event: Event): string[] {
  const { kind, time, provenance, ...fields } = event;
  const held: Readonly<Record<string, keyof typeof HELD_AS>> = HELD_FIELDS[kind];
  const wrong = Object.entries(fields).flatMap(([field, value]) => {
    const as = held[field];
    return as !== undefined && HELD_AS[as].fits(value) ? [] : [`${kind}.${field}: ${JSON.stringify(value)}`];
  });
  const base = HELD_AS.time.fits(time) && HELD_AS.provenance.fits(provenance);
  return base ? wrong : [...wrong, `${kind}: ${JSON.stringify({ time, provenance })}`];
}

describe('[PRIV-SCHEMA-1] what is written of an event', () => {
  test.each(FORMATS)('is, of every record of %s, what the report says', (format) => {
    const events = RECORDS[format].flatMap((text) => sealed(observationsIn(format, text)));
    expect(events.length).toBeGreaterThan(5);
    expect(events.flatMap(unfit)).toEqual([]);
  });

  test('has every kind of event among them', () => {
    const kinds = FORMATS.flatMap((format) =>
      RECORDS[format].flatMap((text) => observationsIn(format, text).map(({ kind }) => kind)),
    );
    expect(new Set(kinds)).toEqual(new Set(Object.keys(HELD_FIELDS)));
  });

  test('would not be, with text in any of its fields', () => {
    const text = fc.constantFrom('a mail to sarah@corp.example', 'GET /secret?x=1\n', 'long '.repeat(40));
    for (const [kind, any] of Object.entries(anyEvent)) {
      const fields = Object.keys(HELD_FIELDS[kind as Event['kind']]);
      fc.assert(
        fc.property(any as fc.Arbitrary<Event>, fc.constantFrom(...fields), text, (event, field, said) => {
          expect(unfit({ ...event, [field]: said })).toContain(`${kind}.${field}: ${JSON.stringify(said)}`);
        }),
        { numRuns: 20 },
      );
    }
  });
});

describe('[PRIV-SCHEMA-2] keys that are not known', () => {
  const key = fc.string({ minLength: 1, maxLength: 12 }).map((text) => `x_${text}`);
  const extra = fc.dictionary(key, fc.oneof(fc.string(), fc.jsonValue()), { minKeys: 1, maxKeys: 4 });
  const bytesOf = (format: (typeof FORMATS)[number], text: string) =>
    encodeRecord({
      kind: 'events',
      producers: [],
      events: sealed(observationsIn(format, text)),
      origins: [],
      uids: [],
    });

  test.each(FORMATS)('change no byte of what is written, at any depth of a record of %s', (format) => {
    const sound = RECORDS[format].filter((text) => text.startsWith('{') && text.endsWith('}'));
    fc.assert(
      fc.property(fc.constantFrom(...sound), extra, fc.boolean(), (text, unknown, isDeep) => {
        const record = JSON.parse(text) as Record<string, unknown>;
        const inner = Object.entries(record).map(([name, value]) =>
          isDeep && typeof value === 'object' && value !== null && !Array.isArray(value)
            ? [name, { ...value, ...unknown }]
            : [name, value],
        );
        const more = JSON.stringify({ ...Object.fromEntries(inner), ...unknown });
        expect(bytesOf(format, more)).toEqual(bytesOf(format, text));
      }),
      { numRuns: 60 },
    );
  });
});
