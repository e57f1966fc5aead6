// The product's server on an empty directory, as `stance serve` runs it; ends with its parent. Asked for it, it tells for
// how long its event loop was held at most since it was asked last, in ms.
import { mkdir } from 'node:fs/promises';
import { serve } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';

const dir = process.argv[2];
if (dir === undefined) throw new Error('bench: serve-process.ts needs a directory');
await mkdir(dir, { recursive: true, mode: 0o700 });
const port = { field: 'listen.port', value: 0, from: 'bench', isPath: false };
const config = loadConfig({ dir, file: null, environment: [], flags: [port] });
const effects = realEffects((where, cause) => {
  process.stderr.write(`bench: a fault in ${where}: ${String(cause)}\n`);
  return 'bench';
});
const server = await serve({ dir, config, simulate: null, onProgress: () => undefined }, effects);
await server.ready;
/** Since it was asked last: between two turns of the loop, by the clock and by this thread's CPU time. */
let longest = { heldMs: 0, heldCpuMs: 0 };
let isWatched = false;
process.on('message', (message) => {
  const { user, system } = process.cpuUsage();
  process.send?.({ ...longest, cpuSeconds: (user + system) / 1e6 });
  longest = { heldMs: 0, heldCpuMs: 0 };
  const wasWatched = isWatched;
  isWatched = message === 'watch';
  if (isWatched && !wasWatched) setImmediate(watch, here());
});

function here() {
  const { user, system } = process.threadCpuUsage();
  return { at: performance.now(), cpuMs: (user + system) / 1e3 };
}

function watch(before: ReturnType<typeof here>): void {
  const now = here();
  longest = {
    heldMs: Math.max(longest.heldMs, now.at - before.at),
    heldCpuMs: Math.max(longest.heldCpuMs, now.cpuMs - before.cpuMs),
  };
  if (isWatched) setImmediate(watch, now);
}

process.send?.({ url: server.url });
process.on('disconnect', () => {
  isWatched = false;
  void server.close();
});
