import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { said } from './said.ts';
import { freePort, Running, stance } from './stance.ts';
import { writeConnLog } from './zeek-logs.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/stance.mjs', import.meta.url));
const FLEET = ['--devices', '12', '--days', '1'];

let dir: string;
let data: string;
let port: number;
let owner: Running;
/** What `/healthz` said from the first answer on until the fleet was ready. */
const statuses: number[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-owner-'));
  data = join(dir, 'fleet');
  port = await freePort();
  owner = new Running(['start', '--data', data, '--port', String(port), ...FLEET], dir);
  while (statuses.at(-1) !== 200 && owner.child.exitCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (response !== null) statuses.push(response.status);
    await pause(5);
  }
  await owner.says('Ctrl-C stops it');
}, 60_000);

afterAll(async () => {
  owner.kill();
  await rm(dir, { recursive: true });
});

async function stdioClient(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const args = [LAUNCHER, 'mcp', '--data', data];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  return client;
}

async function fleetOf(client: Client): Promise<unknown> {
  const { structuredContent } = await client.callTool({ name: 'get_fleet_posture', arguments: {} });
  return structuredContent;
}

describe('stance start', () => {
  test('[CLI-6] prints the posture of the fleet and the lines that connect each assistant', () => {
    const { stdout } = owner;
    expect(stdout).toMatch(/Fleet posture {2}\d+ of 100, (improving|stable|declining)/);
    expect(stdout).toContain('12 devices');
    expect(stdout).toContain('Sites: simulated');
    const url = `http://127.0.0.1:${port}/mcp`;
    expect(stdout).toContain(`claude mcp add --transport http stance ${url}`);
    expect(stdout).toContain(`code --add-mcp '{"name":"stance","type":"http","url":"${url}"}'`);
    expect(stdout).toContain(`inspector --cli ${url} `);
    expect(stdout).toContain('"mcpServers"');
  });

  test('[CLI-6] answers 503 on /healthz until the simulated history is in, then 200', () => {
    expect([...new Set(statuses)]).toEqual([503, 200]);
  });

  test('[CLI-7] a second start on the directory says who owns it', async () => {
    const { code, stderr } = await stance(dir, 'start', '--data', data, '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toContain(`process ${owner.child.pid}`);
  });

  test('[CLI-7] a taken port is told with the way to another, and the directory is left as it was', async () => {
    const other = join(dir, 'other');
    const { code, stderr } = await stance(dir, 'start', '--data', other, '--port', String(port), ...FLEET);
    expect(code).toBe(1);
    expect(stderr).toContain(`Port ${port} `);
    expect(stderr).toContain('STANCE_PORT');
    expect(await readdir(other)).not.toContain('journal');
  });
});

describe('while it runs', () => {
  test('[CLI-8] two assistants over stdio and an ingest work on the directory at once', async () => {
    const log = await writeConnLog(dir, 200);
    const [one, two, ingested] = await Promise.all([
      stdioClient(),
      stdioClient(),
      said('ingest', '--data', data, '--force', '--json', log),
    ]);
    expect(ingested).toMatchObject({ code: 0 });
    expect(JSON.parse(ingested.stdout)).toMatchObject({ read: 200, accepted: 200, refused: 0 });
    const [first, second] = await Promise.all([fleetOf(one), fleetOf(two)]);
    expect(first).toMatchObject({ device_count: 12 });
    expect(second).toEqual({ ...(first as object), data_age_ms: expect.any(Number) });
    await Promise.all([one.close(), two.close()]);
  });

  test('[CLI-9] real data is not mixed into a simulated fleet unless forced', async () => {
    const log = await writeConnLog(dir, 3);
    const { code, stderr } = await said('ingest', '--data', data, log);
    expect(code).toBe(1);
    expect(stderr).toContain('--force');
  });

  test.each([
    ['nowhere.log', 'nowhere.log'],
    ['-', 'standard input'],
  ])('what it cannot read is told to its client: %s', async (path, message) => {
    const { code, stderr } = await said('ingest', '--data', data, '--force', path);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });

  test('[CLI-20] commands are thin clients of it', async () => {
    const doctor = JSON.parse((await said('doctor', '--data', data, '--json')).stdout);
    expect(doctor).toMatchObject({ healthy: true });
    const status = JSON.parse((await said('status', '--data', data, '--hash', '--json')).stdout);
    expect(status).toMatchObject({ directory: data, stateHash: expect.stringMatching(/^\w{64}$/) });
    const camera = await said('entities', 'list', '--kind', 'ip_camera', '--data', data, '--json');
    expect(camera.stdout).toContain('"id":"dev_camera_parking_07"');
    expect(camera.stdout).not.toContain('"kind":"server"');
  });
});

describe('tokens', () => {
  const question = () => fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', body: '{}' });

  test('[CLI-11] the first token closes the door of a running server at once, and revoking does not open it', async () => {
    expect((await question()).status).not.toBe(401);
    const made = await said('token', 'create', 'lobby', '--scope', 'read', '--data', data);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stance_\S+\n$/) });
    expect((await question()).status).toBe(401);
    const revoked = await said('token', 'revoke', 'lobby', '--data', data);
    expect(revoked).toMatchObject({ code: 0, stdout: 'Revoked lobby.\n' });
    expect((await question()).status).toBe(401);
    const listed = await said('token', 'list', '--data', data, '--json');
    expect(listed.stdout).not.toContain(made.stdout.trim());
    expect(JSON.parse(listed.stdout)).toMatchObject({ tokens: [{ name: 'lobby', scopes: ['read'] }] });
  });
});

describe('asked to stop', () => {
  test('[CLI-10] it ends cleanly, and the directory is free with all that was in it', async () => {
    owner.child.kill('SIGTERM');
    const { code, stderr } = await owner.ended();
    expect(code).toBe(0);
    expect(stderr).toContain('Stopped.');
    const client = await stdioClient();
    expect(await fleetOf(client)).toMatchObject({ device_count: 12 });
    await client.close();
  });
});
