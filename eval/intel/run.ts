/**
 * `npm run -s eval:intel [-- FOLDER]`: what warning lists take back of what feeds call malicious. A listing that a warning
 * list names and the verdict calls malicious is taken for a false alarm.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  IndicatorTable,
  readFeed,
  readWarningList,
  verdict,
  WarningLists,
} from '../../src/exposure/index.ts';
import type { EpochMs, Feed, FeedId, Fingerprint, WarningList } from '../../src/model/index.ts';

if (process.argv.includes('--help')) {
  console.log('npm run -s eval:intel -- [DIR]: the feeds of a folder against its warning lists');
  process.exit(0);
}
const folder = process.argv[2] ?? '../shared/data/intel';
const CONFIDENCE = 0.7;

interface Row {
  readonly id: string;
  listed: number;
  named: number;
  before: number;
  after: number;
  malicious: number;
  stillMalicious: number;
}

const now = Date.now();
const feeds: Feed[] = [];
const lists: WarningList[] = [];
for (const path of filesIn(folder)) take(path);
const warnings = new WarningLists();
warnings.put(lists);
const rows = feeds
  .filter(({ listings }) => listings.length >= 100)
  .map((feed) => judged(feed.id, [feed], feed.asOf));
rows.sort((a, b) => b.listed - a.listed);
const newest = Math.max(...feeds.map(({ asOf }) => asOf));
print([...rows, judged('all together', feeds, newest)]);

function filesIn(place: string): readonly string[] {
  const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).sort();
  return names.map((name) => join(place, name)).filter((path) => statSync(path).isFile());
}

function take(path: string): void {
  const written = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(written) : written;
  const id = basename(path).replace(/(?:\.(?:gz|txt|intel|json|csv|tsv))+$/, '');
  const warning = readWarningList(bytes, id === 'list' ? basename(dirname(path)) : id);
  if (warning?.ok === true) lists.push(warning.list);
  if (warning !== null) return;
  const read = readFeed({
    bytes,
    format: 'auto',
    id: id as FeedId,
    defaultConfidence: CONFIDENCE,
    defaultCategory: null,
    now,
  });
  if (read.ok) feeds.push(read.feed);
}

/** Nothing here is asked for by it. */
function fingerprint(name: string): Fingerprint {
  return createHash('sha256').update(name).digest('hex').slice(0, 32) as Fingerprint;
}

/** Of a feed alone as of its own date, or of all of them. */
function judged(id: string, of: readonly Feed[], at: EpochMs): Row {
  const table = IndicatorTable.build(of, fingerprint);
  const row: Row = { id, listed: 0, named: 0, before: 0, after: 0, malicious: 0, stillMalicious: 0 };
  const seen = new Set<string>();
  for (const { type, value } of of.flatMap(({ listings }) => [...listings])) {
    if (seen.has(value)) continue;
    seen.add(value);
    const found = table.match({ type, value: value.replace(/\/.*$/, '') });
    const said = verdict(found, at, false);
    const isNamed = warnings.of({ type, value }).length > 0;
    const warned = isNamed ? verdict(found, at, false, warnings) : said;
    row.listed++;
    if (isNamed) row.named++;
    if (said.reputation === 'malicious') row.malicious++;
    if (warned.reputation === 'malicious') row.stillMalicious++;
    if (isNamed && said.reputation === 'malicious') row.before++;
    if (isNamed && warned.reputation === 'malicious') row.after++;
  }
  return row;
}

function print(all: readonly Row[]): void {
  console.log(
    `${lists.length} warning lists, ${lists.reduce((sum, { entries }) => sum + entries.length, 0)} entries\n`,
  );
  console.log(
    '| feed | listed | on a warning list | malicious before | of them on a warning list | malicious after | of them on a warning list |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const { id, listed, named, malicious, before, stillMalicious, after } of all) {
    console.log(
      `| ${id} | ${listed} | ${named} (${share(named, listed)}) | ${malicious} | ${before} (${share(before, malicious)}) | ${stillMalicious} | ${after} (${share(after, stillMalicious)}) |`,
    );
  }
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
