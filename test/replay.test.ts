import { spawnSync } from 'node:child_process';
import { appendFile, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StatusReport } from '../src/operations/index.ts';
import { simulateFleet } from '../src/simulator/index.ts';

const LAUNCHER = join(import.meta.dirname, '../bin/stance.mjs');
const TIME_MS = 120_000;
const FLEET = { seed: 3, until: Date.UTC(2026, 4, 21), days: 1, devices: 20 };

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-replay-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('[REPLAY-1] a recorded day gives the same state', () => {
  test(
    'read in a thread or in place, and by another process that replays it',
    async () => {
      const folder = await recordDay();
      // A folder is read in a thread where there are two cores, and in place where there is one.
      stance('two', ['ingest', folder]);
      await cp(join(dir, 'two/keys'), join(dir, 'one/keys'), { recursive: true });
      stance('one', ['ingest', folder], ['taskset', '-c', '0']);
      const hash = hashOf('two');
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      expect(hashOf('one')).toBe(hash);
      await cp(join(dir, 'two'), join(dir, 'zero'), { recursive: true });
      await rm(join(dir, 'zero/snapshots'), { recursive: true, force: true });
      await rm(join(dir, 'zero/history.db'));
      expect(hashOf('zero')).toBe(hash);
    },
    TIME_MS,
  );
});

/** The logs of one simulated day. */
async function recordDay(): Promise<string> {
  const folder = join(dir, 'logs');
  await mkdir(folder);
  for (const { file, lines } of simulateFleet(FLEET).logs()) {
    await appendFile(join(folder, file), `${lines.join('\n')}\n`);
  }
  return folder;
}

function hashOf(data: string): string | null {
  return (JSON.parse(stance(data, ['status', '--hash', '--json'])) as StatusReport).stateHash;
}

function stance(data: string, args: readonly string[], pinned: readonly string[] = []): string {
  const [command, ...rest] = [...pinned, process.execPath, LAUNCHER, ...args, '--data', join(dir, data)];
  const { status, stdout, stderr } = spawnSync(command, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${String(status)}: ${stderr}`);
  return stdout;
}
