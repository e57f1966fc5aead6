import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, judge, type Outcome } from './requirements-gate.ts';

const outcome = (title: string, state: Outcome['state'] = 'passed'): Outcome => ({
  titles: [title],
  state,
  note: null,
});

describe('the gate of requirements', () => {
  it('[GATE-1] reads ids where they open a title, one behind the other', () => {
    expect(idsOf('[A-1] holds')).toEqual(['A-1']);
    expect(idsOf('[A-B2-1] [C-20] holds')).toEqual(['A-B2-1', 'C-20']);
    expect(idsOf('[A-1][B-1] holds')).toEqual(['A-1', 'B-1']);
    expect(idsOf('as [A-1] says')).toEqual([]);
    expect(idsOf('[0-9] is a class of letters')).toEqual([]);
  });

  it('[GATE-1] counts a promise as kept by tests that passed alone', () => {
    const promised = new Set(['A-1', 'A-2', 'A-3']);
    const outcomes = [outcome('[A-1] x'), outcome('[A-2] x', 'skipped'), outcome('[A-3] x', 'failed')];
    expect(judge(promised, outcomes)).toEqual({
      unknown: [],
      unkept: ['A-2', 'A-3'],
      skipped: [outcome('[A-2] x', 'skipped')],
    });
    expect(judge(promised, [...outcomes, outcome('[A-2] [A-3] y')]).unkept).toEqual([]);
  });

  it('[GATE-1] counts an id of a describe for what passed in it, and names ids that are promised nowhere', () => {
    const nested: Outcome = { titles: ['[A-1] a room', 'has a door'], state: 'passed', note: null };
    expect(judge(new Set(['A-1']), [nested])).toMatchObject({ unknown: [], unkept: [] });
    expect(judge(new Set(['A-1']), [nested, outcome('[A-9] x', 'skipped')]).unknown).toEqual(['A-9']);
  });
});

describe('a run of vitest', () => {
  let folder: string;
  const root = fileURLToPath(new URL('..', import.meta.url));

  beforeAll(() => {
    // Within the checkout, so that vitest is found; `node_modules` is what no check of ours reads.
    folder = mkdtempSync(join(root, 'node_modules/.gate-'));
    const gate = JSON.stringify(join(root, 'test/requirements-gate.ts'));
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      `import { RequirementsGate } from ${gate};
      const requirements = { 'A-1': '', 'A-2': '', 'A-3': '', 'A-4': '', 'A-5': '', 'A-6': '' };
      export default { test: {
        globals: true, exclude: [], include: ['*.test.js'], expect: { requireAssertions: true },
        reporters: ['dot', new RequirementsGate(requirements)],
      } };`,
    );
    writeFileSync(
      join(folder, 'some.test.js'),
      `// [A-2] in a comment
      const listed = ['[A-2] in a text'];
      test('[A-1] holds', () => expect(listed).toHaveLength(1));
      test.skipIf(true)('[A-3] never runs', () => expect(1).toBe(1));
      describe.skip('not now', () => test('[A-4] never runs', () => expect(1).toBe(1)));
      test('[A-6] says why', ({ skip }) => skip('no disk here'));`,
    );
    writeFileSync(join(folder, 'empty.test.js'), `test('[A-5] asserts nothing', () => {});`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(...args: string[]) {
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    return spawnSync(process.execPath, [vitest, 'run', '--root', folder, ...args], { encoding: 'utf8' });
  }

  it('[GATE-1] fails where an id stands in a comment, a text, or a test that was skipped or asserts nothing', () => {
    const { status, stdout, stderr } = run();
    expect(status).toBe(1);
    for (const id of ['A-2', 'A-3', 'A-4', 'A-5', 'A-6'])
      expect(stderr).toContain(`[${id}] is kept by no test`);
    expect(stderr).not.toContain('[A-1]');
    expect(stdout).toContain('skipped  [A-6] says why (no disk here)');
    expect(stdout).toContain('skipped  not now > [A-4] never runs (no reason given)');
  }, 120_000);

  it('[GATE-1] of some files or titles alone says nothing of what they do not hold', () => {
    expect(run('some')).toMatchObject({ status: 0 });
    expect(run('-t', 'A-1')).toMatchObject({ status: 0 });
  }, 120_000);
});
