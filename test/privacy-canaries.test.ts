import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SyslogReceiver, WebhookReceiver } from '../src/outputs/receiver.fixture.ts';
import { freePort, Running, stance } from './cli/stance.ts';
import { Canaries } from './privacy/canaries.ts';
import { ocsfEvents } from './privacy/ocsf-canaries.ts';
import { eveRecords } from './privacy/suricata-canaries.ts';
import { asJson, asTsv, ZEEK_KINDS, zeekRecords } from './privacy/zeek-canaries.ts';

/** 2026-03-02, a Monday. */
const START = Date.UTC(2026, 2, 2, 8);
const DAY = 86_400_000;

const canaries = new Canaries();
/** Everything that any of the processes wrote or answered. */
const heard: string[] = [];
/** What the tools answered. */
const answers: string[] = [];
const statuses: number[] = [];
let dir: string;
let data: string;
let url: string;
let owner: Running;
let hook: WebhookReceiver;
let siem: SyslogReceiver;
/** What `stance findings` said. */
let printed: string;
let summary: { accepted: number; files: readonly { path: string; accepted: number }[] };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-canaries-'));
  data = join(dir, 'data');
  await writeLogs(join(dir, 'logs'));
  await mkdir(data, { mode: 0o700 });
  hook = new WebhookReceiver();
  await writeFile(join(dir, 'secret'), 'a-secret-of-thirty-two-letters-!');
  siem = new SyslogReceiver();
  const outputs = [
    {
      id: 'soc',
      type: 'webhook',
      url: (await hook.listen()).href,
      secret_file: join(dir, 'secret'),
      allow_private: true,
      allow_http: true,
    },
    { id: 'siem', type: 'syslog', transport: 'tcp', host: '127.0.0.1', port: await siem.listen() },
  ];
  const config = { domains: { CORP: 'corp.example' }, outputs };
  await writeFile(join(data, 'stance.yaml'), JSON.stringify(config));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  owner = new Running(['serve', '--data', data, '--port', String(port)], dir);
  await owner.says('Ctrl-C stops it');
  await run('inventory', 'import', join(dir, 'inventory.yaml'));
  summary = JSON.parse(await run('ingest', '--json', join(dir, 'logs')));
  await post(ocsfEvents(canaries, START + 4 * DAY).join('\n'));
  await post(`{"class_uid": 4001, "${canaries.word('a body that is no JSON')}`);
  await post('{}', {
    'stance-producer': `${canaries.word('a header that is no name')}!`,
    'stance-sequence': '1',
  });
  heard.push(await (await fetch(`${url}/${canaries.word('a path')}`)).text());
  await askEverything();
  await run('doctor');
  printed = await run('findings', '--ndjson');
  const count = printed.trim().split('\n').length;
  while (hook.received.length < count || siem.frames.length < count) await pause(20);
  owner.child.kill('SIGTERM');
  const { stdout, stderr } = await owner.ended();
  heard.push(stdout, stderr);
}, 60_000);

afterAll(async () => {
  owner.kill();
  await hook.close();
  await siem.close();
  await rm(dir, { recursive: true });
});

async function writeLogs(logs: string): Promise<void> {
  await mkdir(logs, { recursive: true });
  const tsv = zeekRecords(canaries, 'tsv', START / 1_000);
  const json = zeekRecords(canaries, 'json', START / 1_000 + 60);
  for (const [kind, record] of tsv) await writeFile(join(logs, `${kind}.log`), asTsv(kind, record));
  for (const [kind, record] of json) {
    const broken = `{"_path":"${kind}","ts":"${canaries.word(`zeek json ${kind} broken`)}"}\nnonsense ${canaries.word('no JSON')}\n`;
    await writeFile(join(logs, `${kind}.json.log.gz`), gzipSync(asJson(kind, record) + broken));
  }
  await writeFile(join(logs, 'eve.json'), `${eveRecords(canaries, START + 120_000).join('\n')}\n`);
  await writeFile(join(logs, 'http.stable.log'), stableNames());
  const mac = canaries.place('3c:22:fb:d1:7e:55', 'inventory mac');
  const entry = {
    id: 'dev_front_desk',
    kind: 'workstation',
    addresses: ['10.20.0.7'],
    macs: [mac],
    host_names: [canaries.word('inventory host name')],
  };
  await writeFile(join(dir, 'inventory.yaml'), JSON.stringify([entry]));
}

/**
 * Names that several clients use on several days. One names a service and becomes known; the others carry data, or
 * name a machine of the fleet's own, and must not become known however often they are seen.
 */
function stableNames(): string {
  const encoded = canaries.place('4d5a9000kb03q7x', 'a label that carries data');
  const own = canaries.word("a machine in the fleet's own domain");
  const unlisted = canaries.word('a machine in a domain of no public suffix');
  const hosts = [
    'updates.known-domain-9.com',
    `${encoded}.known-domain-9.com`,
    `${own}.corp.example`,
    `${own}.corp`,
    `${unlisted}.branch.internal`,
  ];
  const rows: string[] = [];
  for (let day = 0; day < 4; day++) {
    for (let client = 0; client < 4; client++) {
      for (const [index, host] of hosts.entries()) {
        const uid = `Cstable${day}${client}${index}`;
        const flow = {
          uid,
          'id.orig_h': `10.20.1.${client + 1}`,
          'id.orig_p': 50_000 + index,
          'id.resp_h': `198.51.100.${50 + index}`,
          'id.resp_p': 80,
        };
        rows.push(
          asJson('http', {
            ts: (START + day * DAY) / 1_000 + client,
            ...flow,
            host,
            method: 'GET',
            status_code: 200,
          }),
        );
      }
    }
  }
  return rows.join('');
}

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await stance(dir, ...args, '--data', data);
  heard.push(stdout, stderr);
  expect({ args, code, stderr: code === 0 ? '' : stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

async function post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/x-ndjson', ...headers },
  });
  statuses.push(response.status);
  heard.push(await response.text());
}

/** Every tool, in full detail, about everything there is. */
async function askEverything(): Promise<void> {
  const detail = 'full';
  await ask('get_fleet_posture', { detail });
  await ask('list_anomalies', { detail, limit: 100 });
  for (const indicator of ['198.51.100.20', 'known-domain-9.com', '192.0.2.10'])
    await ask('get_threat_context', { indicator, detail });
  for (const group_by of ['kind', 'manufacturer', 'firmware'])
    await ask('search_entities', { group_by, detail });
  const found = await ask('search_entities', { limit: 100, detail });
  for (const { id, type } of (found as { entities: { id: string; type: 'device' | 'user' | 'workload' }[] })
    .entities) {
    await ask(`get_${type}_posture`, { [`${type}_id`]: id, detail });
  }
}

async function ask(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  });
  const text = await response.text();
  const line =
    text
      .split('\n')
      .find((each) => each.startsWith('data:'))
      ?.slice(5) ?? text;
  const { result } = JSON.parse(line) as { result: { isError?: boolean; structuredContent: unknown } };
  expect(result).not.toHaveProperty('isError');
  answers.push(line);
  return result.structuredContent;
}

/** Every byte of the data directory, names of files included. */
async function filesOnDisk(): Promise<readonly Buffer[]> {
  const entries = await readdir(data, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'stance.yaml');
  const contents = await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name))));
  return [...contents, Buffer.from(entries.map(({ name }) => name).join('\n'))];
}

describe('a canary in every field that must not enter', () => {
  test('[PRIV-CANARY-1] none reaches the disk, in any spelling', async () => {
    const files = await filesOnDisk();
    expect(files.flatMap((bytes) => canaries.foundIn(bytes))).toEqual([]);
  });

  test('[PRIV-CANARY-2] none reaches a log line, a summary or an error', () => {
    expect(canaries.foundIn(Buffer.from(heard.join('\n')))).toEqual([]);
  });

  test('[PRIV-CANARY-3] none reaches an answer, whatever is asked', () => {
    expect(canaries.foundIn(Buffer.from(answers.join('\n')))).toEqual([]);
  });

  test('[PRIV-CANARY-3] none leaves with a finding, by whatever way, and its way back to the logs does', () => {
    const sent = [printed, ...hook.received.map((each) => JSON.stringify(each)), ...siem.frames];
    expect(canaries.foundIn(Buffer.from(sent.join('\n')))).toEqual([]);
    expect(hook.received.length).toBeGreaterThan(0);
    expect(siem.frames.length).toBe(hook.received.length);
    expect(sent.every((each) => each.includes('"metadata') || each.includes('\\"metadata'))).toBe(true);
  });

  test('the search finds what may enter: domains, addresses, the ways back', async () => {
    const disk = Buffer.concat(await filesOnDisk()).toString('latin1');
    const permitted = [
      'known-domain-9.com',
      'updates.known-domain-9.com',
      '198.51.100.21',
      'CAbcdE1fGh2iJ3kLm4',
      'svcctl',
      '3c:22:fb',
    ];
    expect(permitted.filter((each) => !disk.includes(each))).toEqual([]);
    expect(answers.some((each) => each.includes('"known_destinations":["known-domain-9.com"'))).toBe(true);
    expect(answers.length).toBeGreaterThan(15);
  });

  test('every log kind was read, and every batch that could be', () => {
    const accepted = summary.files.filter((file) => file.accepted > 0).length;
    // Records whose text is no product's name are passed over.
    expect(accepted).toBeGreaterThanOrEqual(2 * (ZEEK_KINDS.length - 1) + 2);
    expect(statuses).toEqual([200, 422, 400]);
    expect(canaries.size).toBeGreaterThan(400);
  });
});

describe('the search for canaries', () => {
  test.each<[string, (word: string) => Buffer]>([
    ['as it is', (word) => Buffer.from(word)],
    ['in capitals', (word) => Buffer.from(word.toUpperCase())],
    ['backwards', (word) => Buffer.from(Array.from(word).toReversed().join(''))],
    [
      'in UTF-16, either order',
      (word) => Buffer.concat([Buffer.from(word, 'utf16le'), Buffer.from(word, 'utf16le').swap16()]),
    ],
    ['in hexadecimal', (word) => Buffer.from(Buffer.from(word).toString('hex').toUpperCase())],
    [
      'percent-encoded',
      (word) => Buffer.from(Array.from(word, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join('')),
    ],
    ['in base 64', (word) => Buffer.from(Buffer.from(`a${word}`).toString('base64'))],
    ['in base 64 further on', (word) => Buffer.from(Buffer.from(`ab${word}!`).toString('base64'))],
  ])('finds one %s', (_, written) => {
    const search = new Canaries();
    search.word('first');
    const word = search.word('second');
    // Base 64 has its canary's last letter mixed with what follows: it may point to several that begin alike.
    expect(search.foundIn(Buffer.concat([Buffer.from('…'), written(word), Buffer.from('…')]))).toContain(
      `second: ${word}`,
    );
    expect(search.foundIn(written('innocentword'))).toEqual([]);
  });
});
