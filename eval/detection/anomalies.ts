// npm run -s eval:anomalies -- [--data DIR] [--json] [--judged FILE]: every anomaly that the product raises on telemetry, to be judged by a person.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Anomaly, iso, type Observation, PRIVATE_NETWORKS } from '../../src/model/index.ts';
import { differences } from './judged.ts';
import { anomaliesAt, live, sealed } from './product/lived.ts';
import { findAdapters } from './sets/find.ts';
import { listing } from './sets/listing.ts';
import { endsOf } from './telemetry/ends.ts';
import { readTelemetry } from './telemetry/read.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
    judged: { type: 'string' },
    data: {
      type: 'string',
      default: fileURLToPath(new URL('../../../shared/data/telemetry', import.meta.url)),
    },
  },
});
if (values.help) {
  console.log(`npm run -s eval:anomalies -- [--json] [--data DIR] [--judged FILE]: every anomaly of all sets; with --judged where the
judgements of a page (docs/detectors/judged.md) and they part, and status 1 where they do`);
  process.exit(0);
}

interface Raised {
  readonly set: string;
  readonly entity: string;
  readonly anomaly: Anomaly;
}

const data = resolve(values.data);
if (existsSync(data)) await run();
else console.log(`Skipped: there is no data at ${data}; give a folder of telemetry with --data.`);

async function run(): Promise<void> {
  const networks = await knownNetworks();
  const raised: Raised[] = [];
  for (const folder of await captures(data)) {
    const set = relative(data, folder);
    process.stderr.write(`eval: ${set}\n`);
    const { observations } = await readTelemetry([folder]);
    if (observations.length === 0) continue;
    const own = networks.find(([place]) => folder.startsWith(place))?.[1] ?? PRIVATE_NETWORKS;
    const lived = live({ networks: own, hosts: addressesIn(observations), events: sealed(observations) });
    for (const { who, anomaly } of anomaliesAt(lived, Infinity)) raised.push({ set, entity: who, anomaly });
  }
  const rows = raised.map(asRow);
  if (values.judged !== undefined) {
    const parted = differences(rows, readFileSync(values.judged, 'utf8'));
    console.log(parted.length === 0 ? `${rows.length} anomalies, each judged` : parted.join('\n'));
    process.exitCode = parted.length === 0 ? 0 : 1;
    return;
  }
  console.log(values.json ? JSON.stringify(rows, null, 2) : table(rows));
}

/** What an adapter says of a place's own networks. */
async function knownNetworks(): Promise<readonly (readonly [string, readonly string[]])[]> {
  const { found } = await findAdapters(data);
  return found.flatMap(({ folder, benign = [] }) =>
    benign.flatMap(({ logs, networks }) => logs.map((each) => [join(folder, each), networks] as const)),
  );
}

/** Folders that hold files themselves, and each Suricata file: one capture each. */
async function captures(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const { folders, files } = await listing(folder);
  for (const name of folders) found.push(...(await captures(join(folder, name))));
  found.push(...files.filter(isOfSuricata).map((name) => join(folder, name)));
  const holdsLogs = files.some(
    (name) => !isOfSuricata(name) && /\.(?:log|json|labeled)(?:\.gz)?$/.test(name),
  );
  // A folder is read to its depth: one that holds logs is one capture.
  return holdsLogs ? [folder] : found;
}

function isOfSuricata(name: string): boolean {
  return /eve\.json|suricata/.test(name);
}

/** Every address that could be a machine's: what an anomaly is about is shown by it. */
function addressesIn(observations: readonly Observation[]): readonly string[] {
  return [
    ...new Set(
      observations.flatMap((each) => {
        const ends = endsOf(each);
        return ends === null ? [] : [ends.from.address, ends.to.address];
      }),
    ),
  ];
}

interface Row {
  readonly set: string;
  readonly entity: string;
  readonly at: string;
  readonly type: string;
  readonly severity: string;
  readonly confidence: number;
  readonly status: string;
  readonly technique: string | null;
  readonly description: string;
  readonly expected: string;
  readonly observed: string;
  readonly evidence: {
    readonly summary: string;
    readonly subject: string | null;
    readonly uid: string | null;
  } | null;
}

function asRow({ set, entity, anomaly }: Raised): Row {
  const {
    type,
    severity,
    confidence,
    status,
    technique,
    description,
    expected,
    observed,
    detectedAt,
    evidence,
  } = anomaly;
  const [first] = evidence;
  return {
    set,
    entity,
    at: iso(detectedAt),
    type,
    severity,
    confidence,
    status,
    technique,
    description,
    expected,
    observed,
    evidence: first === undefined ? null : { summary: first.summary, subject: first.subject, uid: first.uid },
  };
}

function table(rows: readonly Row[]): string {
  const head =
    '| set | entity | at | type | severity | confidence | technique | description | first evidence |';
  const lines = rows.map(
    ({ set, entity, at, type, severity, confidence, technique, description, evidence }) =>
      `| ${[set, entity, at, type, severity, confidence, technique ?? '–', description, evidence?.subject ?? '–'].join(' | ')} |`,
  );
  return [`${rows.length} anomalies`, '', head, `|${' --- |'.repeat(9)}`, ...lines].join('\n');
}
