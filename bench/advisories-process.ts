// Holds the components of one device against advisories of many ecosystems, and changes one of them at a time.
import type { Advisory, DeviceId, VulnerabilityKnowledge } from '../src/model/index.ts';
import { readAdvisories, readBill } from '../src/vulnerabilities/index.ts';
import { giveBack, inputOf } from './child.ts';
import { BEGIN, enrolled } from './population.ts';

export interface AdvisoriesInput {
  readonly advisories: number;
  readonly components: number;
  readonly rounds: number;
  readonly changes: number;
}

export interface AdvisoryTimes {
  /** Seconds from the records to the settled score, round by round. */
  readonly all: readonly number[];
  /** Seconds to read the same from their text. */
  readonly reading: readonly number[];
  /** Milliseconds for one advisory that changed. */
  readonly change: readonly number[];
  readonly found: number;
}

interface Ecosystem {
  readonly osv: string;
  readonly purl: string;
  /** A version of this ecosystem for a number. */
  readonly version: (number: number) => string;
}

const ECOSYSTEMS: readonly Ecosystem[] = [
  { osv: 'npm', purl: 'npm', version: (n) => `${n % 9}.${n % 20}.${n % 7}` },
  { osv: 'PyPI', purl: 'pypi', version: (n) => `${n % 9}.${n % 20}rc${n % 3}` },
  { osv: 'Maven', purl: 'maven/org.example', version: (n) => `${n % 9}.${n % 20}.Final` },
  { osv: 'Go', purl: 'golang/example.org', version: (n) => `${n % 9}.${n % 20}.0` },
  { osv: 'Debian:12', purl: 'deb/debian', version: (n) => `${n % 9}.${n % 20}-1+deb12u${n % 5}` },
  { osv: 'RubyGems', purl: 'gem', version: (n) => `${n % 9}.${n % 20}.${n % 7}` },
];
/** Packages that advisories speak of, one for each this many advisories: popular ones have several. */
const ADVISORIES_PER_PACKAGE = 3;

const { advisories, components, rounds, changes } = inputOf() as AdvisoriesInput;
const packages = Math.ceil(advisories / ADVISORIES_PER_PACKAGE);
const advisoryText = Array.from({ length: advisories }, (_, index) => JSON.stringify(advisoryOf(index))).join(
  '\n',
);
const billText = JSON.stringify(billOf());

const all: number[] = [];
const reading: number[] = [];
let change: number[] = [];
let found = 0;
// The first round warms up and does not count.
for (let round = -1; round < rounds; round++) {
  const { engine, devices } = enrolled(1);
  const [device] = devices;
  if (device === undefined) throw new RangeError('bench: no device');
  const begun = performance.now();
  const { knowledge, bill } = read();
  const readDone = performance.now();
  engine.apply({ kind: 'advisories', at: BEGIN, source: 'bench', knowledge, actor: 'bench' });
  engine.apply({ kind: 'components', at: BEGIN, entity: device, bill, actor: 'bench' });
  found = weaknesses(engine, device);
  const done = performance.now();
  if (found === 0) throw new Error('bench: nothing was found');
  if (round >= 0) {
    reading.push((readDone - begun) / 1_000);
    all.push((done - readDone) / 1_000);
  }
  if (round === rounds - 1) change = changed(engine, device, knowledge.advisories);
}
giveBack({ all, reading, change, found } satisfies AdvisoryTimes);

type BenchEngine = ReturnType<typeof enrolled>['engine'];

function read() {
  const advised = readAdvisories(advisoryText);
  const bill = readBill(billText);
  if (!advised.ok || !bill.ok) throw new Error('bench: what was made cannot be read');
  return { knowledge: advised.knowledge, bill: bill.bill };
}

function weaknesses(engine: BenchEngine, device: DeviceId): number {
  const profile = engine.directory.profile(device);
  return profile === null ? 0 : engine.partitionOf(device).weaknesses(profile).weaknesses.length;
}

/** Each time another advisory on something that is installed is mended in another version. */
function changed(engine: BenchEngine, device: DeviceId, known: readonly Advisory[]): number[] {
  const times: number[] = [];
  for (let turn = -changes; turn < changes; turn++) {
    const before = known[(((turn + changes) * 7_919) % components) * ADVISORIES_PER_PACKAGE];
    if (before === undefined) continue;
    const advisory = { ...before, modified: BEGIN + turn + changes, cvss: ((turn + changes) % 100) / 10 };
    const knowledge: VulnerabilityKnowledge = {
      advisories: [advisory],
      statements: [],
      exploited: null,
      forecast: null,
      lifecycles: [],
    };
    const start = performance.now();
    engine.apply({ kind: 'advisories', at: BEGIN, source: 'bench', knowledge, actor: 'bench' });
    weaknesses(engine, device);
    if (turn >= 0) times.push(performance.now() - start);
  }
  return times;
}

function advisoryOf(index: number): unknown {
  const number = Math.floor(index / ADVISORIES_PER_PACKAGE);
  const { osv, version } = ecosystemOf(number);
  const name =
    osv === 'Maven'
      ? `org.example:${nameOf(number)}`
      : osv === 'Go'
        ? `example.org/${nameOf(number)}`
        : nameOf(number);
  const events = [{ introduced: '0' }, { fixed: version(index + 3) }];
  return {
    id: `BENCH-${index}`,
    modified: '2026-05-01T00:00:00Z',
    aliases: [`CVE-2026-${10_000 + index}`],
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [{ package: { ecosystem: osv, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  };
}

/** Each component is one that advisories speak of, the worst case. */
function billOf(): unknown {
  const parts = Array.from({ length: components }, (_, number) => {
    const { purl, version } = ecosystemOf(number % packages);
    const own = `pkg:${purl}/${nameOf(number % packages)}@${encodeURIComponent(version(number))}`;
    const qualifiers = purl.startsWith('deb') ? '?distro=debian-12' : '';
    return { type: 'library', name: nameOf(number), version: version(number), purl: own + qualifiers };
  });
  return { bomFormat: 'CycloneDX', specVersion: '1.5', serialNumber: 'urn:uuid:bench', components: parts };
}

function nameOf(number: number): string {
  return `package-${number}`;
}

function ecosystemOf(number: number): Ecosystem {
  const ecosystem = ECOSYSTEMS[number % ECOSYSTEMS.length];
  if (ecosystem === undefined) throw new RangeError('bench: no ecosystem');
  return ecosystem;
}
