/**
 * `npm run fuzz -- [--lines N] [--seed N] [JSON logs]`: the scanners, held by mutated lines to `JSON.parse` and to the
 * reader; the readers of feeds, held by mutated feeds to what a listing is.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fuzzFeeds } from '../../src/exposure/feeds/mutated-feed.fixture.ts';
import { fuzzJson } from '../../src/sources/zeek/json-oracle.fixture.ts';
import { fuzzConnections } from '../../src/sources/zeek/mutated-connections.fixture.ts';
import { createChance, jsonSeeds } from '../../src/sources/zeek/mutated-lines.fixture.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run fuzz -- [--lines 1000000] [--seed 1] [LOG…]');
  process.exit(0);
}
const lines = Number(values.lines);
const seeds = [...jsonSeeds(), ...(await Promise.all(positionals.map(linesOf))).flat()];

const startedMs = performance.now();
report('JSON records', fuzzJson(createChance(Number(values.seed)), seeds, lines));
report('connections in rows', fuzzConnections(createChance(Number(values.seed)), lines, seeds).difference);
report('threat feeds', fuzzFeeds(createChance(Number(values.seed)), lines));

function report(what: string, difference: string | null): void {
  if (difference !== null) {
    console.error(`${what}: ${difference}`);
    process.exitCode = 1;
    return;
  }
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  console.log(`${what}: ${lines} mutations of ${seeds.length} lines, no difference (${seconds} s)`);
}

/** The first lines of a log, which may be gzip. */
async function linesOf(path: string): Promise<readonly string[]> {
  const bytes = await readFile(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  return text.split('\n', 5_000).filter((line) => line !== '');
}
