import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { againstSchema } from '../src/findings/ocsf-schema.fixture.ts';
import { WebhookReceiver } from '../src/outputs/receiver.fixture.ts';
import { said } from './cli/said.ts';
import { type Ended, freePort, Running, stance } from './cli/stance.ts';

/** 2026-03-02, a Monday, in seconds. */
const START_S = 1_772_438_400;
/** Processes that start one after the other, on a machine under load. */
const TIME_MS = 180_000;

type Status = { readonly outputs: readonly { readonly to: string; readonly waiting: number }[] };

let dir: string;
let data: string;
let receiver: WebhookReceiver;
let owner: Running | null = null;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-findings-'));
  data = join(dir, 'data');
  await mkdir(data, { mode: 0o700 });
  receiver = new WebhookReceiver();
  const url = await receiver.listen();
  await writeFile(join(dir, 'secret'), 'a-secret-of-thirty-two-letters-!\n');
  const soc = {
    id: 'soc',
    type: 'webhook',
    url: url.href,
    secret_file: join(dir, 'secret'),
    begin: 'oldest',
  };
  const outputs = [{ ...soc, allow_private: true, allow_http: true, min_level: 'medium' }];
  await writeFile(join(data, 'stance.yaml'), JSON.stringify({ outputs }));
});
afterEach(async () => {
  owner?.kill();
  await owner?.ended();
  owner = null;
  await receiver.close();
  await rm(dir, { recursive: true });
});

/** Machines that probe others of their network, one after the other, an hour apart. */
async function writeScans(scanners: number): Promise<string> {
  const rows = Array.from({ length: scanners * 60 }, (_, index) => {
    const scanner = Math.floor(index / 60);
    return JSON.stringify({
      _path: 'conn',
      ts: START_S + scanner * 3_600 + (index % 60),
      uid: `Cscan${index}`,
      'id.orig_h': `10.20.0.${scanner + 1}`,
      'id.orig_p': 40_000 + index,
      'id.resp_h': `10.20.1.${(index % 60) + 1}`,
      'id.resp_p': 445,
      proto: 'tcp',
      conn_state: 'S0',
    });
  });
  const path = join(dir, `conn-${scanners}.log`);
  await writeFile(path, `${rows.join('\n')}\n`);
  return path;
}

async function serve(): Promise<{ owner: Running; url: string }> {
  const port = await freePort();
  const started = new Running(['serve', '--data', data, '--port', String(port)], dir);
  owner = started;
  return { owner: started, url: `http://127.0.0.1:${port}` };
}

/** What the directory has published from the sink's level on, as the command prints it. */
async function published(
  command: (...words: string[]) => Promise<Ended> = said,
): Promise<Record<string, unknown>[]> {
  const words = ['findings', '--ndjson', '--min-level', 'medium', '--data', data];
  const { code, stdout, stderr } = await command(...words);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^Go on with --since \d+\.\d+\n$/),
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const uidOf = (event: Record<string, unknown>) => (event['metadata'] as { uid: string }).uid;

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('findings of a directory', () => {
  test(
    '[FINDINGS-9] are printed at rest and by a running owner alike, and followed as they come',
    async () => {
      await said('ingest', '--data', data, await writeScans(1));
      const atRest = await published((...words) => stance(dir, ...words));
      expect(atRest.length).toBeGreaterThanOrEqual(2);
      const classes = { 2004: 'detection_finding', 2005: 'incident_finding' };
      for (const event of atRest) {
        const name = classes[event['class_uid'] as keyof typeof classes];
        expect(againstSchema(event, name)).toEqual([]);
      }
      expect(atRest.map((event) => event['message'])).toEqual(
        expect.arrayContaining([expect.stringMatching(/^The risk of dev_\w+ went from low to/)]),
      );

      const serving = await serve();
      await serving.owner.says('Ctrl-C stops it');
      expect(await published()).toEqual(atRest);
      const following = new Running(
        ['findings', '--follow', '--ndjson', '--data', data, '--since', '2026-03-02T09:00:00Z'],
        dir,
      );
      await said('ingest', '--data', data, await writeScans(2));
      await following.says('10.20.1.');
      following.child.kill('SIGTERM');
      const { code, stdout, stderr } = await following.ended();
      expect(code).toBe(0);
      const followed = stdout
        .trim()
        .split('\n')
        .map((line) => uidOf(JSON.parse(line) as Record<string, unknown>));
      expect(followed.filter((uid) => atRest.some((event) => uidOf(event) === uid))).toEqual([]);
      const [, sequence = ''] = /--since (\d+\.\d+)/.exec(stderr) ?? [];
      const rest = await said('findings', '--json', '--since', sequence, '--data', data);
      expect(JSON.parse(rest.stdout)).toMatchObject({ findings: [] });
    },
    TIME_MS,
  );

  test.each(['SIGTERM', 'SIGKILL'] as const)(
    '[FINDINGS-20] who follows an owner that ends by %s leaves the directory to the next one, and goes on',
    async (signal) => {
      const first = await serve();
      await first.owner.says('Ctrl-C stops it');
      await said('ingest', '--data', data, await writeScans(1));
      const following = new Running(['findings', '--follow', '--ndjson', '--data', data], dir);
      await following.says('10.20.1.');
      first.owner.child.kill(signal);
      await first.owner.ended();
      await until(() => following.stderr.includes('waiting for the next'));

      const next = await serve();
      await next.owner.says('Ctrl-C stops it');
      const already = following.stdout.length;
      await said('ingest', '--data', data, await writeScans(2));
      await until(() => following.stdout.length > already);
      following.child.kill('SIGTERM');
      const { code, stdout, stderr } = await following.ended();
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^The Stance on this directory ended: waiting for the next, to go on from \d+\.\d+\nStance answers again: going on from \d+\.\d+\nGo on with --since \d+\.\d+\n$/,
      );
      const followed = stdout
        .trim()
        .split('\n')
        .map((line) => uidOf(JSON.parse(line) as Record<string, unknown>));
      const all = await said('findings', '--ndjson', '--data', data);
      const uids = all.stdout
        .trim()
        .split('\n')
        .map((line) => uidOf(JSON.parse(line) as Record<string, unknown>));
      expect(followed).toEqual(uids.slice(0, followed.length));
    },
    TIME_MS,
  );

  test(
    '[FINDINGS-9] what cannot be meant is refused with what can',
    async () => {
      const both = await said('findings', '--follow', '--json', '--data', data);
      expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining('use --ndjson') });
      for (const wrong of ['yesterday', 'May 1', '-1.5', '1234.5 ']) {
        const since = await said('findings', '--since', wrong, '--data', data);
        expect(since).toMatchObject({ code: 2, stderr: expect.stringContaining('2026-05-21T09:00:00Z') });
      }
      const ahead = await said('findings', '--since', '99999999.1', '--data', data);
      expect(ahead).toMatchObject({ code: 2, stderr: expect.stringMatching(/a sequence up to \d+\.\d+/) });
    },
    TIME_MS,
  );
});

describe('a webhook of a running owner', () => {
  test(
    '[FINDINGS-10] an owner that is killed between sending and noting it sends again; nothing is lost',
    async () => {
      await said('ingest', '--data', data, await writeScans(3));
      const expected = (await published()).map(uidOf);
      expect(expected.length).toBeGreaterThanOrEqual(6);
      for (let life = 1; life <= 4; life++) {
        const already = receiver.received.length;
        // The receiver has it, and its owner dies before it hears of that.
        receiver.answer = (_, index) => {
          if (index < already + life) return 204;
          owner?.kill();
          return null;
        };
        const killed = await serve();
        await killed.owner.ended();
      }
      receiver.answer = () => 204;
      const last = await serve();
      await last.owner.says('Ctrl-C stops it');
      await until(() => receiver.uids.includes(expected.at(-1) ?? ''));
      expect([...new Set(receiver.uids)]).toEqual(expected);
      // What was on its way at each death came twice.
      expect(receiver.uids.length).toBeGreaterThan(expected.length);
    },
    TIME_MS,
  );

  test(
    '[FINDINGS-10] what came while the receiver was down arrives later; status, doctor and health say how far it is',
    async () => {
      receiver.answer = () => 503;
      const serving = await serve();
      await serving.owner.says('Ctrl-C stops it');
      await said('ingest', '--data', data, await writeScans(1));
      const status = async () =>
        JSON.parse((await said('status', '--json', '--data', data)).stdout) as Status;
      await until(() => receiver.received.length > 0);
      let health: unknown = null;
      await expect
        .poll(async () => (health = await (await fetch(`${serving.url}/healthz`)).json()))
        .toMatchObject({
          status: 'ready',
          outputs: [{ id: 'soc', waiting: expect.any(Number), last_error: { message: 'it answered 503' } }],
        });
      expect(await status()).toMatchObject({
        outputs: [
          { id: 'soc', running: true, minLevel: 'medium', lastError: { message: 'it answered 503' } },
        ],
      });
      const { stdout } = await said('doctor', '--json', '--data', data);
      const { checks } = JSON.parse(stdout) as { checks: unknown[] };
      const { port } = new URL((await status()).outputs[0]?.to ?? '');
      expect(checks).toContainEqual({
        check: 'output soc',
        state: 'warning',
        detail: expect.stringContaining(`http://127.0.0.1:${port}: `),
      });
      for (const text of [serving.owner.stderr, JSON.stringify([health, checks])]) {
        expect(text).not.toMatch(/not-for-logs|thirty-two/);
      }
      serving.owner.child.kill('SIGTERM');
      await serving.owner.ended();

      const resting = await status();
      expect(resting.outputs).toMatchObject([{ id: 'soc', running: false }]);
      expect(resting.outputs[0]?.waiting).toBeGreaterThan(0);
      const expected = (await published()).map(uidOf);
      receiver.answer = () => 204;
      const before = receiver.received.length;
      const again = await serve();
      await again.owner.says('Ctrl-C stops it');
      await until(() => receiver.uids.slice(before).includes(expected.at(-1) ?? ''));
      expect(receiver.uids.slice(before)).toEqual(expected);
      const disk = await readFile(join(data, 'outputs', 'soc.json'), 'utf8');
      expect(JSON.parse(disk)).toMatchObject({ format: 1 });
    },
    TIME_MS,
  );
});
