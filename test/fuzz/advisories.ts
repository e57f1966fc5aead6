// npm run fuzz:advisories -- [--inputs N] [--seed N]
// The readers of advisories and bills, and the version orders, on mutated documents: nothing throws, nothing hangs.
import { parseArgs } from 'node:util';
import { readAdvisories, readBill } from '../../src/vulnerabilities/index.ts';
import * as documents from '../../src/vulnerabilities/documents.fixture.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run fuzz:advisories -- [--inputs 1000000] [--seed 1]');
  process.exit(0);
}
const inputs = Number(values.inputs);
/** Such a document takes under a millisecond; a machine under load may stall, a hang does not end. */
const SLOW_MS = 20_000;

const texts = Object.values(documents).map((each) =>
  typeof each === 'string' ? each : JSON.stringify(each),
);
/** What parsers stumble over: numbers, paths of prototypes, ranges, encodings, ends. */
const BITS = [
  '"__proto__":{"x":1},',
  '1e999',
  '-',
  'null',
  '{}',
  '[]',
  '""',
  '*',
  'vers:npm/>=1|<',
  'pkg:npm/%',
  'cpe:2.3:o:\\:',
  '9'.repeat(400),
  '\u0000',
  '\ud800',
  'CVSS:3.1/AV:N',
  '- [',
  '\n---\n',
  '.'.repeat(300),
];

let state = Number(values.seed) >>> 0;
/** xorshift32: the same seed gives the same inputs. */
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

let read = 0;
let refused = 0;
let slowest = 0;
const before = process.memoryUsage().heapUsed;
const begun = performance.now();
for (let input = 0; input < inputs; input++) {
  const text = mutated(texts[random(texts.length)] ?? '');
  const start = performance.now();
  try {
    const outcome = random(3) === 0 ? readBill(text) : readAdvisories(text);
    if (outcome.ok) read++;
    else refused++;
  } catch (error) {
    console.error(`input ${input} of seed ${values.seed}:\n${text}`);
    throw error;
  }
  const took = performance.now() - start;
  if (took > SLOW_MS) throw new Error(`input ${input} took ${Math.round(took)} ms:\n${text}`);
  slowest = Math.max(slowest, took);
}
const seconds = (performance.now() - begun) / 1_000;
const heapMb = Math.round((process.memoryUsage().heapUsed - before) / 1_048_576);
console.log(
  `${inputs} inputs in ${Math.round(seconds)} s: ${read} read, ${refused} refused, none threw; ` +
    `slowest ${Math.round(slowest)} ms, heap ${heapMb >= 0 ? '+' : ''}${heapMb} MB`,
);

function mutated(text: string): string {
  let result = text;
  for (let change = 0; change <= random(4); change++) {
    const at = random(result.length + 1);
    const cut = random(4) === 0 ? random(60) : 0;
    const put = random(2) === 0 ? (BITS[random(BITS.length)] ?? '') : String.fromCharCode(random(256));
    result = result.slice(0, at) + put + result.slice(at + cut);
  }
  return result;
}
