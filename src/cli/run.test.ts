import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from './commands/index.ts';
import { run } from './run.ts';
import { RememberedScreen } from './screen.fixture.ts';

async function stance(line: string, variables: Readonly<Record<string, string>> = {}) {
  const stdout = new RememberedScreen();
  const stderr = new RememberedScreen();
  const code = await run(line === '' ? [] : line.split(' '), { stdout, stderr, variables });
  return { code, stdout: stdout.text, stderr: stderr.text };
}

describe('[CLI-14] the help', () => {
  test('of every command is the one that was agreed', async () => {
    const groups = [
      'inventory',
      'intel',
      'policy',
      'anomalies',
      'suppressions',
      'maintenance',
      'baseline',
      'entities',
      'token',
    ];
    const pages = ['', ...groups, ...COMMANDS.map(({ name }) => name)];
    const texts: string[] = [];
    for (const page of pages) {
      const line = `${page} --help`.trim();
      const { code, stdout, stderr } = await stance(line);
      expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: '' });
      texts.push(`$ stance ${line}\n${stdout}`);
    }
    await expect(texts.join('\n')).toMatchFileSnapshot('../../test/golden/cli-help.txt');
  });

  test('is a correction where a command is missing', async () => {
    expect(await stance('')).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Usage:'),
    });
    expect(await stance('token')).toMatchObject({ code: 2, stderr: expect.stringContaining('token create') });
  });

  test('[CLI-24] lists every command', async () => {
    const { stdout } = await stance('--help');
    const listed = stdout.split('\n').map((line) => line.trim().split('  ')[0]);
    expect(COMMANDS.map(({ name }) => name).filter((name) => !listed.includes(name))).toEqual([]);
  });

  test('fits a terminal of 120 columns', async () => {
    for (const { name } of COMMANDS) {
      const { stdout } = await stance(`${name} --help`);
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect({ name, fits: widest <= 120 }).toEqual({ name, fits: true });
    }
  });
});

describe('[CLI-15] a wrong command line ends with exit code 2 and says what is right', () => {
  test.each([
    ['strat', 'There is no command "strat"; did you mean "start"?\nSee stance --help'],
    ['frobnicate', 'There is no command "frobnicate".\nSee stance --help'],
    [
      'inventory imprt f',
      '"inventory" has no command "imprt"; did you mean "import"?\nSee stance inventory --help',
    ],
    ['start --prot 1', '"start" has no option --prot; did you mean --port?\nSee stance start --help'],
    ['start --port', '--port needs a value: --port N.\nSee stance start --help'],
    ['start --port --host x', '--port needs a value: --port N.\nSee stance start --help'],
    [
      'start --devices 3',
      '--devices must be a whole number from 12 to 100000, not "3".\nSee stance start --help',
    ],
    ['start --seed 1.5', '--seed must be a whole number from 0, not "1.5".\nSee stance start --help'],
    [
      'ingest',
      'PATH is missing: A log file, a folder of logs, or - for standard input.\nSee stance ingest --help',
    ],
    ['ingest --force=yes a', '--force takes no value, not "yes".\nSee stance ingest --help'],
    ['profile apply a b', '"b" is one word too many.\nSee stance profile apply --help'],
    ['enrol --match x', '--discovered is missing.\nSee stance enrol --help'],
    ['enrol --discovered', '--match TEXT is missing.\nSee stance enrol --help'],
    [
      'entities list --risk hgh',
      '--risk must be one of low, medium, high, critical, not "hgh"; did you mean "high"?\nSee stance entities list --help',
    ],
    [
      'simulate --until yesterday',
      '--until must be a time such as 2026-05-21T09:00:00Z, not "yesterday".\nSee stance simulate --help',
    ],
    [
      'token create x --scope write',
      '--scope must be one of read, ingest, operate, lookup, not "write".\nSee stance token create --help',
    ],
  ])('%s', async (line, message) => {
    const { code, stdout, stderr } = await stance(line);
    expect(stderr).toContain(`stance: ${message}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('a port out of range is told like any configuration', async () => {
    const { code, stderr } = await stance('start --port 70000');
    expect(code).toBe(2);
    expect(stderr).toContain('--port: listen.port must be a whole number from 0 to 65535, not 70000');
  });

  test('with --json as one JSON object', async () => {
    const { stdout } = await stance('start --prot 1 --json');
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  });

  test('so does a misspelt variable, before anything is done', async () => {
    const { code, stderr } = await stance('doctor', { STANCE_DTAA: 'x' });
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean STANCE_DATA?');
  });
});

test('[CLI-27] a name of a file that was typed writes no line of its own in what is said of it', async () => {
  const stderr = new RememberedScreen();
  const name = 'a\n12:00 all is well\u001B[31m.yaml';
  const stdout = new RememberedScreen();
  const code = await run(['policy', 'check', `./${name}`], { stdout, stderr, variables: {} });
  expect(code).not.toBe(0);
  expect(stderr.text).toContain('a 12:00 all is well [31m.yaml');
  expect(stderr.text).not.toContain('\n12:00');
  expect(stderr.text).not.toContain('\u001B');
});

test('[POLICY-STRAY-1] a check of policies looks into a directory where one is named', async () => {
  const { code, stderr } = await stance('policy check examples/policies.yaml --data /no/such/directory');
  expect(code).not.toBe(0);
  expect(stderr).toContain('There is no data directory /no/such/directory');
  expect((await stance('policy check examples/policies.yaml')).code).toBe(0);
});

describe('the version', () => {
  test('is told alone, or with the runtime for a program', async () => {
    expect(await stance('--version')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    const { stdout } = await stance('--version --json');
    expect(JSON.parse(stdout)).toMatchObject({ node: process.version });
  });
});

test('every command says what it does, with an example', () => {
  for (const { name, summary, examples } of COMMANDS) {
    expect({ name, ends: summary.endsWith('.') }).toEqual({ name, ends: false });
    expect(examples.some((example) => example.startsWith(`stance ${name}`))).toBe(true);
  }
});

test('[CLI-18] docs/cli.md names every command', () => {
  const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  expect(COMMANDS.filter(({ name }) => !page.includes(`\`stance ${name}`))).toEqual([]);
});
