import { mkdir } from 'node:fs/promises';
import { type OpenOperations, openOperations } from '../src/app/index.ts';
import { loadConfig } from '../src/config/index.ts';
import { realEffects } from '../src/effects/index.ts';

/** A data directory of the product, made where it is missing and opened as the command line does, with the default configuration. */
export async function openDirectory(
  dir: string,
  { simulated = false, isHistoryLost = false } = {},
): Promise<OpenOperations> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const config = loadConfig({ dir, file: null, environment: [], flags: [] });
  const effects = realEffects((where, cause) => {
    // Copies of a fleet have a state but no history: it stands still, and says so.
    if (isHistoryLost && where === 'history') return 'bench';
    throw new Error(`bench: a fault in ${where}`, { cause });
  });
  return openOperations({ dir, config, unconfigured: simulated, onProgress: () => undefined }, effects);
}
