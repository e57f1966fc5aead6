import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

const STOP = new URL('./stop.ts', import.meta.url).href;
/** A process that takes a while to end cleanly. */
const SLOW_TO_END = `
  import { stopSignal } from '${STOP}';
  const stop = stopSignal();
  setInterval(() => {}, 1000);
  console.log('ready');
  await stop.asked;
  setTimeout(() => process.exit(0), 1500);
`;

async function exitCodeAfter(
  pausesMs: readonly number[],
  signal: NodeJS.Signals = 'SIGINT',
): Promise<number | null> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', SLOW_TO_END]);
  await once(child.stdout, 'data');
  const ended = once(child, 'exit');
  for (const ms of pausesMs) {
    await pause(ms);
    child.kill(signal);
  }
  const [code] = await ended;
  return typeof code === 'number' ? code : null;
}

describe('[CLI-19] stopping', () => {
  test('one Ctrl-C, though terminal and launcher both deliver it, ends cleanly', async () => {
    expect(await exitCodeAfter([0, 20])).toBe(0);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s ends cleanly: a terminal that is closed is no crash',
    async (signal) => {
      expect(await exitCodeAfter([0], signal)).toBe(0);
    },
  );

  test('a second Ctrl-C does not wait for the clean end', async () => {
    expect(await exitCodeAfter([0, 800])).toBe(130);
  });
});
