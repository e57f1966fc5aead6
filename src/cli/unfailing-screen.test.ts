import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lostLines } from './log.ts';
import { UnfailingScreen } from './unfailing-screen.ts';

/** As standard error of a process is: it fails, tells so, and stays open. */
class FailingStream extends Writable {
  isFull = false;
  text = '';

  override _write(chunk: Buffer, _: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.isFull) return done(new Error('ENOSPC'));
    this.text += chunk.toString();
    done();
  }

  override _destroy(cause: Error | null, done: (error?: Error | null) => void): void {
    done(cause);
    Reflect.apply(Reflect.get(this, '_undestroy') as () => void, this, []);
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('[CLI-21] a log that cannot be written', () => {
  test('law: each line is written or counted, whenever there is room', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { size: 'max', maxLength: 50 }), async (fullness) => {
        const stream = new FailingStream();
        const screen = new UnfailingScreen(stream, (lost) => `lost ${lost}\n`);
        for (const [index, isFull] of [...fullness, false].entries()) {
          stream.isFull = isFull;
          screen.write(`line ${index}\n`);
          await settled();
        }
        const written = stream.text.match(/^line/gm)?.length ?? 0;
        const lost = [...stream.text.matchAll(/^lost (\d+)$/gm)].map(([, count]) => Number(count));
        expect(written + lost.reduce((sum, count) => sum + count, 0)).toBe(fullness.length + 1);
      }),
      { numRuns: 30 },
    );
  });

  test('says for a person and for a program how much is lost', () => {
    expect(lostLines(1, false)).toBe('warning: 1 line of the log could not be written and is lost\n');
    expect(JSON.parse(lostLines(3, true))).toMatchObject({ level: 40, where: 'log', lost: 3 });
  });

  test.runIf(existsSync('/dev/full'))('ends no command: the disk of its standard error is full', () => {
    const place = mkdtempSync(join(tmpdir(), 'stance-log-'));
    const full = openSync('/dev/full', 'w');
    try {
      const launcher = fileURLToPath(new URL('../../bin/stance.mjs', import.meta.url));
      const args = [launcher, 'status', '--data', join(place, 'data'), '--json', '--wrong'];
      const { status, stdout } = spawnSync(process.execPath, args, {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', full],
      });
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
      expect(status).toBe(2);
    } finally {
      closeSync(full);
      rmSync(place, { recursive: true });
    }
  });
});
