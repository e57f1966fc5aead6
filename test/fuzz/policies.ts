// npm run fuzz:policy -- [--connections N] [--policies N] [--seed N]
// Tables of policies, held on random connections to the rules as they read, one by one.
import { parseArgs } from 'node:util';
import { comparePolicies } from '../../src/policy/differential.fixture.ts';

const { values } = parseArgs({
  options: {
    connections: { type: 'string', default: '1000000' },
    policies: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run fuzz:policy -- [--connections 1000000] [--policies 1000] [--seed 1]');
  process.exit(0);
}
const [connections, policies, seed] = [values.connections, values.policies, values.seed].map(Number);
if (connections === undefined || policies === undefined || seed === undefined)
  throw new RangeError('no number');

const begun = performance.now();
const { decided, difference } = comparePolicies(policies, connections, seed);
const seconds = Math.round((performance.now() - begun) / 1_000);
if (difference === null) {
  console.log(
    `${connections} connections, ${policies} policies: no difference, ${decided} decided (${seconds} s)`,
  );
} else {
  console.error(difference);
  process.exitCode = 1;
}
