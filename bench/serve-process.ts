// The product's server on an empty directory, as `stance serve` runs it; ends with its parent.
import { mkdir } from 'node:fs/promises';
import { loadConfig, realEffects, serve } from '../src/app/index.ts';

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
process.send?.({ url: server.url });
process.on('disconnect', () => void server.close());
