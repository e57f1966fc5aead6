import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const launcher = fileURLToPath(new URL('../../bin/stance.mjs', import.meta.url));

describe('[CLI-23] an answer', () => {
  test('that nobody reads any more ends the command without a fault', async () => {
    const child = spawn(process.execPath, [launcher, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let told = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
    const [code] = (await once(child, 'close')) as [number | null];
    expect({ code, told }).toEqual({ code: 0, told: '' });
  }, 30_000);

  test.runIf(existsSync('/dev/full'))(
    'whose disk is full is told as a failure, in words',
    () => {
      const full = openSync('/dev/full', 'w');
      try {
        const { status, stderr } = spawnSync(process.execPath, [launcher, '--help'], {
          stdio: ['ignore', full, 'pipe'],
          encoding: 'utf8',
        });
        expect(status).toBe(1);
        expect(stderr).toMatch(/^stance: the answer could not be written: .*ENOSPC/);
        expect(stderr).not.toContain('at ');
      } finally {
        closeSync(full);
      }
    },
    30_000,
  );
});
