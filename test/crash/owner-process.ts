// The product's server on a directory, as `stance serve` runs it. Its parent tells it what to do, and ends it.
import { mkdir } from 'node:fs/promises';
import { serve } from '../../src/app/index.ts';
import { loadConfig } from '../../src/config/index.ts';
import { realEffects } from '../../src/effects/index.ts';
import { HOUR_MS } from '../../src/model/index.ts';
import type { FromOwner, ToOwner } from './owner.ts';

const [, , dir = '', keeps = ''] = process.argv;
const tell = (message: FromOwner): void => void process.send?.(message);

await mkdir(dir, { recursive: true, mode: 0o700 });
const port = { field: 'listen.port', value: 0, from: 'test', isPath: false };
const config = loadConfig({ dir, file: null, environment: [], flags: [port] });
const effects = realEffects((where, cause) => {
  tell({ kind: 'fault', where, message: cause instanceof Error ? cause.message : String(cause) });
  return 'test';
});

/*
 * Each look at the clock is an hour after the one before: what is sent is never from the future, and no sender is live
 * for so long that the owner would write the time down. Then the state follows from the feed alone.
 */
let looked = Date.UTC(2027, 0, 1);
/** When a person says something is kept: it is said at the same instant, however many others look at the clock meanwhile. */
const SAID_AT = Date.UTC(2100, 0, 1);
let saying = 0;
const now = (): number => (saying > 0 ? SAID_AT : (looked += HOUR_MS));
/** Small enough that a short feed meets new segments, snapshots, and segments that are dropped. */
const small = {
  retention: { ...config.retention, journalDays: 36_500, journalBytes: keeps === 'all' ? null : 24_000 },
  journal: { segmentBytes: 6_000 },
  snapshots: {
    whileRunning: { events: 200, segments: 6, listings: 1_000 },
    whenClosing: { events: 200, segments: 6, listings: 1_000 },
    leastBetweenMs: 0,
    lookEveryMs: 40,
  },
};
const { retention, journal, snapshots } = small;
const server = await serve(
  {
    dir,
    config: { ...config, retention },
    simulate: null,
    onProgress: () => undefined,
    journal,
    snapshots,
  },
  { ...effects, now },
);
const operations = await server.ready;

process.on('message', (message) => void answer(message as ToOwner));
process.on('disconnect', () => process.exit());
tell({ kind: 'ready', url: server.url });

async function answer(message: ToOwner): Promise<void> {
  if (message.kind === 'close') {
    await server.close();
    process.disconnect();
    return;
  }
  if (message.kind === 'arm') return;
  const { id, operation, args } = message;
  const isWord = operation === 'policy_apply';
  try {
    const run = operations[operation] as (args: unknown, progress: () => void) => Promise<unknown>;
    if (isWord) saying++;
    const result = await run(args, () => undefined).finally(() => isWord && saying--);
    tell({ kind: 'done', id, result });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
    tell({ kind: 'failed', id, code, message: cause instanceof Error ? cause.message : String(cause) });
  }
}
