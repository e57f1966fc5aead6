import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { said } from './said.ts';
import { Running, stance } from './stance.ts';
import { writeConnLog } from './zeek-logs.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-cli-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** Another log of the same kind, which takes longer. */
async function other(place: string): Promise<string> {
  const folder = join(place, 'other');
  await mkdir(folder);
  const path = await writeConnLog(folder, 20_000);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replaceAll('\tC0', '\tD0').replaceAll('\t10.1.2.', '\t10.1.3.'));
  return path;
}

/** A name in the test's own folder. */
const at = (name: string) => join(dir, name);

describe('stance ingest --json', () => {
  test('[CLI-1] ends with one summary, and the same file again is all duplicates', async () => {
    const log = await writeConnLog(dir, 60);
    const first = await stance(dir, 'ingest', '--data', 'data', '--json', log);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^\{.*\}\n$/);
    const summary: unknown = JSON.parse(first.stdout);
    expect(summary).toMatchObject({ read: 60, accepted: 60, refused: 0, duplicates: 0, skipped: 0, late: 0 });
    expect(summary).toMatchObject({ files: [{ path: log, read: 60, accepted: 60 }] });
    expect(summary).toHaveProperty('entities');
    expect(summary).toHaveProperty('seconds');

    const second = await said('ingest', '--data', at('data'), '--json', log);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.stdout)).toMatchObject({ accepted: 0, duplicates: 60 });
  });

  test('[CLI-1] also reads standard input', async () => {
    const running = new Running(['ingest', '--data', 'data', '--json', '-'], dir);
    running.child.stdin.end(await readFile(await writeConnLog(dir, 7)));
    const { stdout } = await running.ended();
    expect(JSON.parse(stdout)).toMatchObject({ read: 7, accepted: 7 });
  });

  test('[CLI-25] two at once on one directory both end with their summaries', async () => {
    const first = new Running(['ingest', '--data', 'data', '--json', '-'], dir);
    const log = await readFile(await writeConnLog(dir, 5_000), 'utf8');
    first.child.stdin.write(log.slice(0, 2_000));
    while (!existsSync(join(dir, 'data', 'owner.json'))) await pause(20);
    const second = new Running(['ingest', '--data', 'data', '--json', await other(dir)], dir);
    second.child.stdin.end();
    await pause(300);
    first.child.stdin.end(log.slice(2_000));
    const ended = await Promise.all([first.ended(), second.ended()]);
    expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const accepted = ended.map(({ stdout }) => (JSON.parse(stdout) as { accepted: number }).accepted);
    expect(accepted).toEqual([5_000, 20_000]);
  }, 60_000);

  test('[CLI-2] a data directory that is missing is made, for its owner only', async () => {
    const log = await writeConnLog(dir, 3);
    await said('ingest', '--data', at('deep/data'), '--json', log);
    expect((await stat(join(dir, 'deep/data'))).mode & 0o777).toBe(0o700);
  });

  test('[CLI-3] a failure is one JSON object too, and a line for a person', async () => {
    const { code, stdout, stderr } = await stance(dir, 'ingest', '--data', 'data', '--json', 'nowhere.log');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { message: expect.stringContaining('nowhere.log') } });
    expect(stderr).toContain('nowhere.log');
    expect(stderr).not.toMatch(/^ +at /m);
  });
});

describe('stance ingest for a person', () => {
  test('[CLI-4] names file, line and reason of what was refused, never its content', async () => {
    const log = await writeConnLog(dir, 5, '1772438400.0\tSECRET\tnot-an-address\n');
    const { code, stdout } = await said('ingest', '--data', at('data'), log);
    expect(code).toBe(0);
    expect(stdout).toMatch(/line 13\s+wrong_column_count/);
    expect(stdout).not.toContain('SECRET');
    expect(stdout).toContain('5 of 6 records accepted');
  });

  test('[CLI-4] fails when what was given is in a form that is not read, and says in which', async () => {
    await writeFile(at('events.json'), '{"events":[{"class_uid":3002}]}');
    const { code, stdout } = await said('ingest', '--data', at('data'), at('events.json'));
    expect(code).toBe(1);
    expect(stdout).toContain('it seems to hold OCSF events within something else');
  });

  test('[CLI-4] fails when every record was refused', async () => {
    const log = await writeConnLog(dir, 0, 'x\ty\n');
    expect((await said('ingest', '--data', at('data'), log)).code).toBe(1);
  });

  test('[CLI-4] fails when nothing was in a form that is read', async () => {
    await writeFile(at('conn.log'), 'HTTP request sent, awaiting response... 200 OK\n');
    expect((await said('ingest', '--data', at('data'), at('conn.log'))).code).toBe(1);
  });

  test('[SRC-ALIKE-6] fails where a file begins like another log, and says what to do; as new it is taken', async () => {
    const log = await writeConnLog(dir, 60);
    await said('ingest', '--data', at('data'), log);
    const lines = (await readFile(log, 'utf8')).split('\n');
    await writeFile(log, lines.filter((_, index) => index !== 20).join('\n'));
    const refused = await said('ingest', '--data', at('data'), log);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/Not read to the end\n .*begins like a log that was taken in.*--as-new/);
    const taken = await said('ingest', '--data', at('data'), '--as-new', log);
    expect(taken.code).toBe(0);
    expect(taken.stdout).toContain('59 of 59 records accepted');
    expect(taken.stdout).toMatch(/conn.log: it begins like .* both hold count twice/);
  });

  test('an unknown site is refused with the nearest one, or with those there are', async () => {
    const log = await writeConnLog(dir, 1);
    await writeFile(join(dir, 'stance.yaml'), 'sites: [{ id: berlin }]\n');
    const { code, stderr } = await said('ingest', '--data', dir, '--site', 'berlni', log);
    expect(code).toBe(1);
    expect(stderr).toContain('no site "berlni"; did you mean "berlin"? Sites are named in stance.yaml.');
    const far = await said('ingest', '--data', dir, '--site', 'tokyo', log);
    expect(far.stderr).toContain('no site "tokyo"; known: berlin. Sites are named in stance.yaml.');
  });
});

describe('after an ingest', () => {
  test('entities are listed and discovered ones enrolled', async () => {
    await said('ingest', '--data', at('data'), await writeConnLog(dir, 60));
    const before = JSON.parse((await said('entities', 'list', '--data', at('data'), '--json')).stdout);
    expect(before).toMatchObject({ total: 3 });
    const dry = await said('enrol', '--discovered', '--match', 'dev_', '--data', at('data'), '--dry-run');
    expect(dry.stdout).toContain('Would enrol 3 entities.');
    const done = await said('enrol', '--discovered', '--match', 'dev_', '--data', at('data'), '--json');
    expect(JSON.parse(done.stdout)).toMatchObject({
      dryRun: false,
      enrolled: Array(3).fill(expect.stringMatching(/^dev_/)),
    });
    const after = await said('entities', 'list', '--data', at('data'), '--discovered', '--json');
    expect(JSON.parse(after.stdout)).toMatchObject({ total: 0 });
  });

  test('[CLI-20] status says how far the data is, and its state hash where asked', async () => {
    await said('ingest', '--data', at('data'), await writeConnLog(dir, 3));
    const { code, stdout } = await said('status', '--data', at('data'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Events +3, 0 of them late$/m);
    expect(stdout).not.toContain('hash');
    const hashed = await said('status', '--data', at('data'), '--hash', '--json');
    const { records, stateHash } = JSON.parse(hashed.stdout) as { records: number; stateHash: string };
    expect(records).toBeGreaterThan(0);
    const to = join(dir, 'copy');
    const backup = JSON.parse((await said('backup', '--data', at('data'), '--to', to, '--json')).stdout);
    expect(backup).toMatchObject({ records, stateHash });
  });

  test('[CLI-20] status of a directory that is not there is told so, and makes none', async () => {
    const { code, stderr } = await said('status', '--data', at('nowhere'));
    expect(code).toBe(1);
    expect(stderr).toContain('There is no data directory');
    expect(await readdir(dir)).not.toContain('nowhere');
  });

  test('[CLI-5] doctor says what is known and what is missing', async () => {
    await said('ingest', '--data', at('data'), await writeConnLog(dir, 3));
    const { code, stdout } = await said('doctor', '--data', at('data'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ ok\s+journal/);
    expect(stdout).toMatch(/! warning\s+inventory/);
  });
});
