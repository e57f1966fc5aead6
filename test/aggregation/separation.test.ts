import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { demonstrateFleet } from '../../src/app/index.ts';

const SOURCES = fileURLToPath(new URL('../../src', import.meta.url));
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?!type\b)[^'"]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g;

/** Everything that a file loads, directly or through others: files of ours, and packages by their names. */
function loadedBy(
  entry: string,
  { lazilyToo = true }: { readonly lazilyToo?: boolean } = {},
): {
  readonly files: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
} {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string) => {
    if (files.has(path)) return;
    files.add(path);
    for (const [, from, lazily, plainly] of readFileSync(path, 'utf8').matchAll(IMPORT)) {
      const what = from ?? (lazilyToo ? lazily : undefined) ?? plainly ?? '';
      if (what === '') continue;
      if (!what.startsWith('.')) packages.add(what);
      else if (what.endsWith('.ts')) visit(join(dirname(path), what));
    }
  };
  visit(entry);
  return { files, packages };
}

describe('keys and figures are apart', () => {
  it('[AGG-APART-1] the aggregator loads neither SEAL nor the roles that have keys', () => {
    const aggregator = loadedBy(join(SOURCES, 'aggregation/aggregator/process.ts'));
    const names = [...aggregator.files].map((path) => relative(SOURCES, path));
    expect(names).toContain('aggregation/protocol/running-sum.ts');
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name) => /^aggregation\/(?:bfv|site|key-holder)\//.test(name))).toEqual([]);
    expect([...aggregator.packages].filter((name) => !name.startsWith('node:')).toSorted()).toEqual(['zod']);
    // The search can find: at a site it does.
    const site = loadedBy(join(SOURCES, 'aggregation/site/site-folder.ts'));
    expect(site.packages).toContain('node-seal');
    expect(existsSync(join(SOURCES, 'aggregation/bfv/seal.ts'))).toBe(true);
  });

  it('[AGG-LAZY-1] no command loads SEAL before it encrypts or opens something', () => {
    const entry = join(SOURCES, 'cli/main.ts');
    const { files, packages } = loadedBy(entry, { lazilyToo: false });
    expect(files.size).toBeGreaterThan(500);
    expect(files).toContain(join(SOURCES, 'aggregation/bfv/backend.ts'));
    expect(packages).not.toContain('node-seal');
    expect(loadedBy(entry).packages).toContain('node-seal');
  });

  it('[AGG-APART-2] a round in six processes is exact, and the aggregator holds no piece of key or figure', async () => {
    const found = await demonstrateFleet({ devices: 400 }, { now: () => Date.now() }, () => undefined);
    expect(found).toMatchObject({
      sites: 4,
      devices: 400,
      exact: true,
      report_bytes: 65_649,
      fleet_score: found.plaintext_score,
    });
    const isLinux = process.platform === 'linux';
    expect(found.key_canary_hits).toBe(isLinux ? 0 : null);
    expect(found.control_hits ?? 1).toBeGreaterThan(0);
    expect(found.searched_bytes ?? 1e9).toBeGreaterThan(20_000_000);
  });
});
