import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort, Running } from './cli/stance.ts';

/** More at once than one sender has places, so that some must be told to come back. */
const SENDERS = 80;
const BATCHES_EACH = 3;
const EVENTS = 200;
/** So many batches are acknowledged when the process is killed. */
const KILLED_AFTER = 100;

let dir: string;
let port: number;
let running: Running;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-flood-'));
  port = await freePort();
});
afterAll(async () => {
  running.kill();
  await rm(dir, { recursive: true });
});

test('[PRESS-3] a flood loses nothing that was acknowledged, starves no question, and succeeds in the end', async () => {
  await start();
  const acknowledged = new Set<string>();
  const statuses = new Set<number | 'gone'>();
  const client = await connected();
  let answers = 0;
  const asking = (async () => {
    while (!statuses.has('gone')) if (await asks(client)) answers += 1;
  })();
  const flood = producers().map(async ({ producer, sequences }) => {
    for (const sequence of sequences) {
      const { status } = await post(producer, sequence);
      statuses.add(status);
      if (status === 200) acknowledged.add(`${producer} ${sequence}`);
      if (acknowledged.size === KILLED_AFTER) running.kill();
    }
  });
  await Promise.all([...flood, asking]);
  expect(answers).toBeGreaterThan(1);
  expect(statuses).toContain(429);
  expect(acknowledged.size).toBeGreaterThanOrEqual(KILLED_AFTER);

  await running.ended();
  await start();
  for (const { producer, sequences } of producers()) {
    for (const sequence of sequences) {
      const { status, taken } = await post(producer, sequence);
      expect(status).toBe(200);
      // What was on disk without its sender having been told so is known too.
      const known = acknowledged.has(`${producer} ${sequence}`) ? [EVENTS] : [0, EVENTS];
      expect(known).toContain(taken?.duplicates);
      expect(taken?.accepted).toBe(EVENTS - (taken?.duplicates ?? 0));
    }
  }
}, 120_000);

async function start(): Promise<void> {
  running = new Running(['serve', '--data', join(dir, 'data'), '--port', String(port)], dir);
  for (let status = 0; status !== 200; ) {
    if (running.child.exitCode !== null) throw new Error(`it ended: ${running.stderr}`);
    const health = await fetch(url('/healthz')).catch(() => null);
    status = health?.status ?? 0;
    if (status !== 200) await pause(10);
  }
}

async function connected(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url('/mcp'))));
  return client;
}

/** Whether it was answered; not so once the process is gone. */
async function asks(client: Client): Promise<boolean> {
  const result = await client.callTool({ name: 'search_entities', arguments: {} }).catch(() => null);
  return result !== null && result.isError !== true;
}

function producers() {
  const sequences = Array.from({ length: BATCHES_EACH }, (_, sequence) => sequence);
  return Array.from({ length: SENDERS }, (_, i) => ({ producer: `flood-${i}`, sequences }));
}

interface Posted {
  readonly status: number | 'gone';
  readonly taken: { readonly accepted: number; readonly duplicates: number } | null;
}

async function post(producer: string, sequence: number): Promise<Posted> {
  const response = await fetch(url('/v1/events'), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-ndjson',
      'stance-producer': producer,
      'stance-sequence': String(sequence),
    },
    body: batch(producer, sequence),
  }).catch(() => null);
  if (response === null) return { status: 'gone', taken: null };
  const body = (await response.json().catch(() => null)) as Posted['taken'];
  return { status: body === null ? 'gone' : response.status, taken: body };
}

function batch(producer: string, sequence: number): string {
  const host = Number(producer.slice('flood-'.length));
  return Array.from(
    { length: EVENTS },
    (_, i) => `${JSON.stringify(flow(host, sequence * EVENTS + i))}\n`,
  ).join('');
}

function flow(host: number, nth: number): object {
  return {
    class_uid: 4001,
    activity_id: 6,
    category_uid: 4,
    type_uid: 400106,
    severity_id: 1,
    time: Date.now() - 1_000,
    metadata: { version: '1.3.0', product: { name: 'flows' } },
    src_endpoint: { ip: `10.7.0.${host + 1}`, port: 40_000 + nth },
    dst_endpoint: { ip: '198.51.100.7', port: 443 },
    connection_info: { protocol_num: 6, direction_id: 2 },
    traffic: { bytes_out: 1_200, bytes_in: 5_400 },
    action_id: 1,
  };
}

function url(path: string): string {
  return `http://127.0.0.1:${port}${path}`;
}
