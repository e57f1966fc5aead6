import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const BENCH = fileURLToPath(new URL('../bench/run.ts', import.meta.url));
const run = promisify(execFile);

test('[BENCH-1] the benchmark prints one object with the asked keys, their goals and spread', async () => {
  const { stdout } = await run(process.execPath, [BENCH, '--json', '--quick', '--only', 'fleet']);
  const printed: unknown = JSON.parse(stdout);
  expect(printed).toEqual({
    machine: expect.objectContaining({ cores: expect.any(Number), node: process.versions.node }),
    quick: true,
    'fleet.query.ratio': {
      key: 'fleet.query.ratio',
      value: expect.any(Number),
      unit: '×',
      goal: '≤ 1.2',
      met: expect.toBeOneOf([null, false]),
      runs: {
        count: 20,
        min: expect.any(Number),
        median: expect.any(Number),
        max: expect.any(Number),
      },
      note: expect.stringContaining('slope'),
    },
    worse: [],
  });
}, 60_000);
