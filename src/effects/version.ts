import { readFileSync } from 'node:fs';

/** From the package itself, both from source (`src/effects`) and as installed (`dist/effects`). */
export const VERSION = versionOf(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')),
);

function versionOf(manifest: unknown): string {
  const isNamed = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return isNamed && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}
