// npm run -s privacy:hostile [-- --mutations N] [--seed N] [--json]
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startAggregator } from '../../src/aggregation/index.ts';
import { anyDevice, chance, tenantOf } from '../../src/aggregation/fleet.fixture.ts';
import { HOUR_MS } from '../../src/model/index.ts';
import { attack, ATTACKS } from './hostile.ts';

const { values } = parseArgs({
  options: {
    mutations: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run -s privacy:hostile -- [--mutations 10000] [--seed 1] [--json]');
  process.exit(0);
}
const [mutations, seed] = [Number(values.mutations), Number(values.seed)];
/** Memory is compared with what it is once everything was in use. */
const WARM = Math.floor(mutations / 5);

const random = chance(seed);
const fleet = () => Array.from({ length: 40 }, () => anyDevice(random, 4));
const tenant = await tenantOf(3);
const round = Math.floor(Date.now() / HOUR_MS);
const aggregator = await startAggregator(
  {
    dir: join(tenant.dir, 'process'),
    agreement: join(tenant.dir, 'key-holder', 'agreement.json'),
    host: '127.0.0.1',
    port: 0,
    tls: null,
  },
  'ignore',
);
const url = `http://127.0.0.1:${aggregator.port}/v1/reports`;

/** The answer as a sender sees it; a connection that is cut is one too. */
async function post(bytes: Uint8Array): Promise<string> {
  const response = await fetch(url, { method: 'POST', body: Uint8Array.from(bytes) }).catch(() => null);
  return response === null ? 'cut' : `${response.status} ${(await response.text()).trim()}`;
}

async function memoryMb(): Promise<number> {
  const status = await readFile(`/proc/${aggregator.child.pid}/status`, 'latin1');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1_000;
}

const [victim, other] = tenant.sites;
if (victim === undefined || other === undefined) throw new Error('two sites are needed');
const taken = await tenant.report(2, fleet(), round);
const attacker = {
  fresh: await tenant.report(0, fleet(), round),
  taken,
  siteKey: victim.signingKey,
  otherKey: other.signingKey,
};
const answers = new Map<string, number>();
let first = await post(taken.bytes);
if (!first.startsWith('202')) throw new Error(`an honest report was answered ${first}`);
let [warm, most] = [0, 0];
const began = performance.now();
for (let nth = 0; nth < mutations; nth++) {
  const answer = await post(attack(nth, seed, attacker).bytes);
  answers.set(answer, (answers.get(answer) ?? 0) + 1);
  if (nth === WARM) warm = await memoryMb();
  if (nth % 100 === 0) most = Math.max(most, await memoryMb());
  if ((nth + 1) % 2_000 === 0) process.stderr.write(`${nth + 1} of ${mutations} mutations\n`);
}
const seconds = (performance.now() - began) / 1_000;
const growth = (await memoryMb()) - warm;
first = await post(attacker.fresh.bytes);
const isAlive = aggregator.child.exitCode === null && first.startsWith('202');
await aggregator.stop();
await tenant.end();

const accepted = [...answers].reduce(
  (sum, [answer, count]) => (answer.startsWith('202') ? sum + count : sum),
  0,
);
const found = {
  mutations,
  kinds: Object.keys(ATTACKS).length,
  accepted,
  deaths: isAlive ? 0 : 1,
  answers: Object.fromEntries(answers),
  memory_growth_mb: Number(growth.toFixed(1)),
  memory_most_mb: Number(most.toFixed(1)),
  seconds: Number(seconds.toFixed(1)),
};
console.log(
  values.json
    ? JSON.stringify(found)
    : `${mutations} mutations of ${found.kinds} kinds: ${accepted} accepted, ${found.deaths} deaths, memory ${found.memory_growth_mb} MB more than after ${WARM} (most ${found.memory_most_mb} MB), ${found.seconds} s\n` +
        [...answers].map(([answer, count]) => `  ${count} × ${answer}`).join('\n'),
);
process.exitCode = accepted === 0 && isAlive ? 0 : 1;
