import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from './command.ts';
import { COMMANDS } from './commands/index.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stance-place-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function stance(words: readonly string[]) {
  const stdout = new RememberedScreen();
  const code = await run(words, { stdout, stderr: new RememberedScreen(), variables: {} });
  return { code, stdout: stdout.text };
}

/** An example of its help, on this directory. */
function exampleOn(dir: string, { examples: [example = ''] }: Command): string[] {
  const [line = ''] = example.split(' > ');
  const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const kept = words.slice(1).filter((word, at, all) => word !== '--data' && all[at - 1] !== '--data');
  return [...kept.filter((word) => !OUTPUTS.has(word)), '--json', '--data', dir];
}

const OUTPUTS: ReadonlySet<string> = new Set(['--json', '--follow', '--ndjson', '--yaml']);

const LOOKING = COMMANDS.filter(({ options, begins }) => 'config' in options && begins !== true);

describe('[CLI-26] a command that begins no data directory', () => {
  test.each(LOOKING.map((command) => [command.name, command] as const))(
    '%s refuses one that is missing or empty, and makes nothing',
    async (_, command) => {
      const missing = join(folder, 'typo');
      const refused = await stance(exampleOn(missing, command));
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'missing_directory' } });
      expect(existsSync(missing)).toBe(false);
      const empty = join(folder, 'unmounted');
      mkdirSync(empty);
      const unmounted = await stance(exampleOn(empty, command));
      expect(JSON.parse(unmounted.stdout)).toMatchObject({ error: { code: 'missing_directory' } });
      expect(readdirSync(empty)).toEqual([]);
    },
  );

  test('is any that only looks, doctor among them', () => {
    const names = LOOKING.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'doctor',
        'status',
        'entities list',
        'anomalies list',
        'token list',
        'enrol crl',
      ]),
    );
  });
});
