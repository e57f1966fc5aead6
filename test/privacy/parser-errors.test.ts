import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readInventory } from '../../src/entities/index.ts';
import { read } from '../../src/exposure/feeds/feed.fixture.ts';
import { readActorCatalogue, readWarningList } from '../../src/exposure/index.ts';
import { atOnce, type SensorId, type SiteId } from '../../src/model/index.ts';
import { certificatesIn, pem, readRequest, revocationListsIn } from '../../src/pki/index.ts';
import { readPolicies } from '../../src/policy/index.ts';
import { createLogReader } from '../../src/sources/index.ts';
import { readingOcsfBatch } from '../../src/sources/ocsf/batch.ts';
import { readAdvisories, readBill } from '../../src/vulnerabilities/index.ts';
import { Canaries } from './canaries.ts';
import { operatorFiles } from './operator-canaries.ts';

const canaries = new Canaries();
const CONTEXT = { site: 'hq' as SiteId, sensor: 'sensor-1' as SensorId, now: Date.UTC(2026, 2, 3) };
const word = canaries.word('a value of a record');

const fileNamed = (name: string) => operatorFiles(canaries).find((each) => each.name === name)?.text ?? '';
const logLine = (format: 'zeek_json' | 'zeek_tsv' | 'suricata_eve' | 'ocsf') => (text: string) => {
  const bytes = Buffer.from(text);
  const line = { bytes, number: 1, offset: 0, end: bytes.length, fault: null, complete: true };
  return createLogReader(format, 'a.log', CONTEXT)
    .read(line)
    .filter((each) => each.kind === 'refused');
};

/** Every parser of a door, and a sound document for it that is full of canaries. */
const PARSERS: Readonly<Record<string, readonly [document: string, parse: (text: string) => unknown]>> = {
  'Zeek JSON': [`{"_path":"conn","ts":1772400000,"uid":"${word}","service":"${word}"}`, logLine('zeek_json')],
  'Zeek TSV': [`#fields\tts\tuid\n1772400000\t${word}`, logLine('zeek_tsv')],
  'Suricata EVE': [`{"event_type":"flow","flow_id":14,"payload":"${word}"}`, logLine('suricata_eve')],
  OCSF: [`{"class_uid":4001,"message":"${word}"}`, logLine('ocsf')],
  'a batch of OCSF': [
    `[{"class_uid":4001,"message":"${word}"},{"x":"${word}"}]`,
    (text) => {
      const batch = atOnce(readingOcsfBatch(Buffer.from(text), CONTEXT));
      return batch.kind === 'batch' ? batch.readings.filter((each) => 'reason' in each) : batch;
    },
  ],
  STIX: [fileNamed('bundle.stix.json'), feedError],
  MISP: [fileNamed('event.misp.json'), feedError],
  'a list': [fileNamed('plain.txt'), feedError],
  CSV: [fileNamed('list.csv'), feedError],
  'a warning list': [
    `{"name":"x","type":"cidr","version":1,"description":"${word}","list":["203.0.113.0/24"]}`,
    (text) => errorOf(readWarningList(Buffer.from(text), 'list') ?? {}),
  ],
  'a catalogue of names': [
    `{"values":[{"value":"Acme Spider","description":"${word}"}],"name":"x","type":"threat-actor"}`,
    (text) => errorOf(readActorCatalogue(Buffer.from(text), 'names') ?? {}),
  ],
  CycloneDX: [fileNamed('bill.cdx.json'), (text) => errorOf(readBill(text))],
  SPDX: [fileNamed('bill.spdx.json'), (text) => errorOf(readBill(text))],
  OSV: [fileNamed('advisory.osv.json'), (text) => errorOf(readAdvisories(text))],
  CSAF: [fileNamed('advisory.csaf.json'), (text) => errorOf(readAdvisories(text))],
  lifecycles: [
    `---\ntitle: ${word}\nreleases:\n  - releaseCycle: "1"\n    eol: ${word}\n---\n${word}`,
    (text) => errorOf(readAdvisories(text)),
  ],
  'policies in YAML': [fileNamed('policies.yaml'), (text) => errorOf(readPolicies(text))],
  'an inventory in YAML': [
    `# ${word}\n- id: dev_x # ${word}\n  kind: camera\n`,
    (text) => errorOf(readInventory(text, 'yaml')),
  ],
  'an inventory in JSON': [
    `[{"id":"dev_x","kind":"camera"}, "${word}"]`,
    (text) => errorOf(readInventory(text, 'json')),
  ],
  // What is not allowed in an operator's own field is shown to the operator; this column may hold anything.
  'an inventory in CSV': [
    `id,kind,manufacturer\ndev_x,camera,"${word}"\n`,
    (text) => errorOf(readInventory(text, 'csv')),
  ],
  certificates: [
    pem('CERTIFICATE', Buffer.from(`0\u0082${word}`)),
    (text) => certificatesIn(Buffer.from(text)),
  ],
  'a certificate request': [
    pem('CERTIFICATE REQUEST', Buffer.from(`0\u0082${word}`)),
    (text) => readRequest(Buffer.from(text)),
  ],
  'a revocation list': [
    pem('X509 CRL', Buffer.from(`0\u0082${word}`)),
    (text) => revocationListsIn(Buffer.from(text)),
  ],
};

function feedError(text: string): unknown {
  return errorOf(read(text));
}

/** What a reading says where it is refused; what it took is not an error. */
function errorOf(reading: unknown): unknown {
  const { ok = false, ...said } = reading as { ok?: boolean; refusals?: unknown };
  return ok ? (said.refusals ?? null) : said;
}

/** Broken somewhere: cut off, with something between, with something less, or with other letters. */
const breakage = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom('cut', 'insert', 'delete', 'swap'),
  fc.constantFrom('"', '{', '}', ']', '\n', '\t', ':', ',', '\\', '-', '\u0000', '%', '&', '*', '!'),
);

function broken(text: string, [share, how, letter]: readonly [number, string, string]): string {
  const at = Math.floor(share * text.length);
  if (how === 'cut') return text.slice(0, at);
  if (how === 'insert') return `${text.slice(0, at)}${letter}${text.slice(at)}`;
  if (how === 'delete') return `${text.slice(0, at)}${text.slice(at + 3)}`;
  return `${text.slice(0, at)}${letter}${text.slice(at + 1)}`;
}

describe('[PRIV-ERROR-1] what is said of broken input does not quote it', () => {
  test.each(Object.entries(PARSERS))('%s', (_, [document, parse]) => {
    expect(document).not.toBe('');
    fc.assert(
      fc.property(fc.array(breakage, { minLength: 1, maxLength: 2 }), (breakages) => {
        const text = breakages.reduce(broken, document);
        // With all that a log would show of it: stack, causes, whatever an error carries.
        expect(
          canaries.foundIn(
            Buffer.from(
              inspect(
                told(() => parse(text)),
                { depth: 12, maxStringLength: null },
              ),
            ),
          ),
        ).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('the search sees what a parser says that quotes', () => {
  const said = inspect(told(() => JSON.parse(word)));
  expect(canaries.foundIn(Buffer.from(said))).toEqual([`a value of a record: ${word}`]);
});

function told(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    return error;
  }
}
