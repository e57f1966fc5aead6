import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWERS, type ToolAnswer, type ToolName } from '../src/model/index.ts';
import { simulateFleet } from '../src/simulator/index.ts';
import { freePort, Running, stance } from './cli/stance.ts';

/** From a real process to what an assistant is told: nothing here is the product's own code but its schemas. */
const LAUNCHER = fileURLToPath(new URL('../bin/stance.mjs', import.meta.url));
const ERAS = { '2025-11-25': 'legacy', '2026-07-28': { pin: '2026-07-28' } } as const;
type Era = keyof typeof ERAS;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'stance-first-light-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function connect(era: Era, to: { readonly url: string } | { readonly data: string }): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: ERAS[era] } });
  const transport =
    'url' in to
      ? new StreamableHTTPClientTransport(new URL('/mcp', to.url))
      : new StdioClientTransport({
          command: process.execPath,
          args: [LAUNCHER, 'mcp', '--data', to.data],
          stderr: 'ignore',
        });
  await client.connect(transport);
  return client;
}

/** The answer as its schema reads it; the text beside it says the same. */
async function ask<T extends ToolName>(
  client: Client,
  name: T,
  args: Record<string, unknown> = {},
): Promise<ToolAnswer<T>> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  expect({ isError: isError ?? false, content }).toMatchObject({ isError: false });
  expect(content).toEqual([{ type: 'text', text: JSON.stringify(structuredContent) }]);
  const answer = ANSWERS[name].parse(structuredContent);
  expect(answer).toEqual(structuredContent);
  return answer as ToolAnswer<T>;
}

/** An answer without how old its data has become since, which is the asker's clock and no posture. */
function timeless<T extends { readonly data_age_ms: number | null }>(answer: T): Omit<T, 'data_age_ms'> {
  const { data_age_ms: _, ...rest } = answer;
  return rest;
}

class Server {
  readonly process: Running;
  readonly url: string;
  readonly statuses = new Set<number>();

  constructor(port: number, ...args: readonly string[]) {
    this.url = `http://127.0.0.1:${port}`;
    this.process = new Running([...args, '--port', String(port)], dir);
  }

  /** Waits for the health that probes wait for; remembers every status on the way. */
  async ready(): Promise<this> {
    while (!this.statuses.has(200)) {
      if (this.process.child.exitCode !== null) throw new Error(`It ended: ${this.process.stderr}`);
      const response = await fetch(`${this.url}/healthz`).catch(() => null);
      if (response !== null) this.statuses.add(response.status);
      await pause(10);
    }
    return this;
  }

  async stop(): Promise<void> {
    this.process.child.kill('SIGTERM');
    await this.process.ended();
  }
}

describe('a simulated fleet', () => {
  const devices = 40;
  const seed = 11;
  const { story } = simulateFleet({ seed, until: Date.now(), devices });
  const FLEET = ['--devices', String(devices), '--seed', String(seed)];
  const questions: readonly (readonly [ToolName, Record<string, unknown>])[] = [
    ['get_fleet_posture', {}],
    ['get_device_posture', { device_id: story.ordinary.device }],
    ['get_device_posture', { device_id: story.lateral.device }],
    ['get_user_posture', { user_id: story.lateral.account }],
    ['get_workload_posture', { workload_id: story.expiringCertificate.device }],
    ['list_anomalies', {}],
    ['get_threat_context', { indicator: story.commandAndControl.address }],
    ['search_entities', {}],
    ['explain_posture', { entity_id: story.lateral.device }],
    ['compare_posture', { from: new Date().toISOString() }],
    ['simulate_change', {}],
    ['get_compliance_evidence', { framework: 'nis2' }],
    ['get_fleet_statistics', { group: 'cohort' }],
  ];
  let data: string;
  let server: Server;
  let client: Client;
  let first: readonly unknown[];

  const answers = async (of: Client) => {
    const all: unknown[] = [];
    for (const [name, args] of questions) all.push(timeless(await ask(of, name, args)));
    return all;
  };
  const everyAnswer = async (era: Era, to: Parameters<typeof connect>[1]) => {
    const other = await connect(era, to);
    const all = await answers(other);
    expect(other.getNegotiatedProtocolVersion()).toBe(era);
    await other.close();
    return all;
  };

  beforeAll(async () => {
    data = join(dir, 'simulated');
    server = await new Server(await freePort(), 'start', '--data', data, ...FLEET).ready();
    client = await connect('2026-07-28', server);
    first = await answers(client);
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  test('[FIRST-1] is not ready while it is being simulated, then it is', () => {
    expect([...server.statuses]).toEqual([503, 200]);
  });

  test('[FIRST-2] over HTTP and stdio, in both eras, every tool gives the same answer', async () => {
    expect(new Set(questions.map(([name]) => name))).toEqual(new Set(Object.keys(ANSWERS)));
    for (const others of await Promise.all([
      everyAnswer('2025-11-25', server),
      everyAnswer('2025-11-25', { data }),
      everyAnswer('2026-07-28', { data }),
    ])) {
      expect(others).toEqual(first);
    }
  });

  test('[FIRST-3] the devices of the story are at risk, each for its reason', async () => {
    const fleet = await ask(client, 'get_fleet_posture');
    expect(fleet).toMatchObject({ device_count: devices, score_basis: 'enrolled', trend: 'declining' });
    expect(fleet.devices_at_risk).toEqual(
      expect.arrayContaining([
        { device_id: 'dev_camera_parking_07', risk: 'high', reason: 'firmware_eol' },
        { device_id: 'dev_sensor_hvac_b2', risk: 'medium', reason: 'unexpected_offline' },
        { device_id: 'dev_workstation_sarah_k', risk: 'critical', reason: 'lateral_movement_attempt' },
      ]),
    );
    expect(fleet.devices_at_risk[0]?.device_id).toBe('dev_workstation_sarah_k');
    const reasons = fleet.devices_at_risk.map(({ reason }) => reason);
    expect([...reasons, 'not_enrolled'].indexOf('not_enrolled')).toBeGreaterThan(
      reasons.indexOf('unexpected_offline'),
    );
  });

  test('[FIRST-4] the workstation that reaches for 14 hosts outside its baseline is to be isolated', async () => {
    const { anomalies, total } = await ask(client, 'list_anomalies', { severity: 'critical' });
    expect(total).toBe(1);
    expect(anomalies).toMatchObject([
      {
        entity_type: 'device',
        entity_id: 'dev_workstation_sarah_k',
        type: 'lateral_movement_attempt',
        recommended_action: 'isolate',
        description: expect.stringContaining(`${story.lateral.hosts} internal hosts`),
        incident_id: expect.stringMatching(/^inc_/),
      },
    ]);
    expect(story.lateral.hosts).toBe(14);
    const { risk_factors: factors } = await ask(client, 'get_device_posture', {
      device_id: 'dev_workstation_sarah_k',
    });
    const evidence = factors.find(({ factor }) => factor === 'lateral_movement_attempt')?.evidence[0];
    expect(evidence).toMatchObject({ sensor: 'zeek-core', uid: /^C/, community_id: /^1:/ });
  });

  test('[FIRST-5] the command-and-control address is malicious, blocked, and was tried', async () => {
    const { commandAndControl } = story;
    const context = await ask(client, 'get_threat_context', { indicator: commandAndControl.address });
    expect(context).toMatchObject({
      type: 'ip',
      reputation: 'malicious',
      categories: ['c2_server'],
      blocked_in_fleet: true,
      block_policy_id: 'pol_c2_block_global',
      enforced_sites: ['simulated'],
      seen_in_fleet: {
        entities: 1,
        entity_ids: [commandAndControl.device],
        count: commandAndControl.attempts,
        blocked: commandAndControl.attempts,
      },
    });
    const device = await ask(client, 'get_device_posture', { device_id: commandAndControl.device });
    expect(device).toMatchObject({ risk_level: 'high', risk_reason: 'c2_blocked' });
    const unheard = await ask(client, 'get_threat_context', { indicator: '198.18.0.1' });
    expect(unheard).toMatchObject({ feed_sources: 0, seen_in_fleet: { entities: 0 } });
  });

  test('[FIRST-6] the ordinary camera has the baseline of the page', async () => {
    const camera = await ask(client, 'get_device_posture', { device_id: story.ordinary.device });
    expect(camera).toMatchObject({
      device_id: 'dev_camera_floor3_east',
      device_type: 'ip_camera',
      manufacturer: 'Axis',
      risk_level: 'low',
      risk_factors: [],
      open_anomalies: 0,
      active_policies: expect.arrayContaining(['pol_camera_mgmt_only', 'pol_no_lateral_movement']),
    });
    const { behavioral_baseline: baseline } = camera;
    expect(baseline).toMatchObject({ established: true, known_destinations_total: 2 });
    expect(baseline.established_at).toMatch(/T00:00:00\.000Z$/);
    expect(new Set(baseline.known_destinations)).toEqual(new Set(['mgmt.axis-cloud.com', '10.0.2.5']));
    const usual = baseline.avg_connections_per_hour ?? 0;
    expect(Math.abs(usual - story.ordinary.connectionsPerHour)).toBeLessThan(0.4);
    expect(baseline.deviation_score).toBeLessThan(0.2);
  });

  test('[FIRST-7] a person asked for by name has devices and no destinations', async () => {
    const user = await ask(client, 'get_user_posture', { user_id: 'sarah.k@acmecorp.com' });
    expect(user).toMatchObject({ user_id: 'sarah.k@acmecorp.com', pseudonym: /^usr_/ });
    expect(user.devices).toMatchObject([{ device_id: 'dev_workstation_sarah_k', risk_level: 'critical' }]);
    expect(JSON.stringify(user)).not.toMatch(/destination/);
    const same = await ask(client, 'get_user_posture', { user_id: user.pseudonym });
    expect({ ...timeless(same), user_id: user.user_id }).toEqual(timeless(user));
  });

  test('[FIRST-8] every answer that is about something names the site simulated', () => {
    for (const answer of first)
      expect(JSON.stringify(answer)).toMatch(/"(site|sites|enforced_sites)":\[?"simulated"/);
  });

  test('[FIRST-9] an answer at its defaults fits an assistant: at four characters a token, 4,000 for anomalies, 1,500 for others', async () => {
    const tokens = (answer: unknown) => Math.ceil(JSON.stringify(answer).length / 4);
    for (const [index, [name]] of questions.entries()) {
      expect([name, tokens(first[index]) < (name === 'list_anomalies' ? 4_000 : 1_500)]).toEqual([
        name,
        true,
      ]);
    }
    for (const [name, args] of questions) {
      const full = await ask(client, name, { ...args, detail: 'full' });
      expect([name, tokens(full) < 20_000]).toEqual([name, true]);
    }
    expect(tokens(await ask(client, 'search_entities', { limit: 100, detail: 'full' }))).toBeLessThan(20_000);
  });

  test('[FIRST-10] real logs are not mixed into it unless forced', async () => {
    const { paths } = await writeZeekSet(join(dir, 'mixed'));
    const { code, stderr } = await stance(dir, 'ingest', '--data', data, ...paths);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('--force') });
    const posted = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '[{"class_uid":4001}]',
    });
    expect(posted.status).toBe(409);
    expect(await answers(client)).toEqual(first);
  });

  test('[FIRST-11] another seed is another fleet, with the same story', async () => {
    const other = join(dir, 'other-seed');
    const until = new Date().toISOString();
    const options = ['--data', other, '--seed', '12', '--devices', String(devices), '--days', '1'];
    expect(await stance(dir, 'simulate', ...options, '--until', until)).toMatchObject({ code: 0 });
    const stranger = await connect('2026-07-28', { data: other });
    const devicesOf = async (of: Client) => {
      const { entities } = await ask(of, 'search_entities', { type: 'device', limit: 100 });
      return new Set(entities.map(({ id }) => id));
    };
    const [mine, theirs] = [await devicesOf(client), await devicesOf(stranger)];
    await stranger.close();
    expect(theirs).not.toEqual(mine);
    const told = [story.endOfLife.device, story.silent.device, story.ordinary.device, story.lateral.device];
    for (const id of told) expect(theirs).toContain(id);
  });

  test('[FIRST-8] served without being started, it keeps its own site', async () => {
    await client.close();
    await server.stop();
    server = await new Server(await freePort(), 'serve', '--data', data).ready();
    client = await connect('2026-07-28', server);
    expect((await ask(client, 'explain_posture')).sites).toEqual(['simulated']);
  });

  test('[FIRST-12] started again on the same directory it remembers, and invents nothing', async () => {
    await client.close();
    await server.stop();
    server = await new Server(await freePort(), 'start', '--data', data, ...FLEET).ready();
    client = await connect('2026-07-28', server);
    expect(await answers(client)).toEqual(first);
    expect(server.process.stderr).not.toContain('Simulating');
  });
});

/** Zeek's own ways to write a log: TSV, JSON, and either compressed. 2026-03-02, a Monday, from 08:00 UTC. */
const BEGIN_S = 1_772_438_400;
const CAMERA = '10.20.0.11';
const DESK = '10.20.0.31';
const RECORDER = '10.20.0.5';

async function writeZeekSet(folder: string): Promise<{ readonly paths: readonly string[] }> {
  await mkdir(folder, { recursive: true });
  const conn = Array.from({ length: 90 }, (_, n) => ({
    ts: BEGIN_S + n * 40,
    uid: `Cfirst${String(n).padStart(11, '0')}`,
    'id.orig_h': n % 3 === 0 ? DESK : CAMERA,
    'id.orig_p': 40_000 + n,
    'id.resp_h': n % 3 === 0 ? '192.0.2.44' : RECORDER,
    'id.resp_p': n % 3 === 0 ? 443 : 554,
    proto: 'tcp',
    duration: 2.5,
    orig_bytes: 900,
    resp_bytes: 4_000,
    conn_state: 'SF',
  }));
  const dns = Array.from({ length: 10 }, (_, n) => ({
    ts: BEGIN_S + n * 300,
    uid: `Dfirst${String(n).padStart(11, '0')}`,
    'id.orig_h': DESK,
    'id.orig_p': 50_000 + n,
    'id.resp_h': RECORDER,
    'id.resp_p': 53,
    proto: 'udp',
    query: 'intranet.example.net',
    qtype_name: 'A',
    rcode_name: 'NOERROR',
    answers: ['192.0.2.44'],
  }));
  const kinds = [
    'time',
    'string',
    'addr',
    'port',
    'addr',
    'port',
    'enum',
    'interval',
    'count',
    'count',
    'string',
  ];
  const tsv = [
    '#separator \\x09',
    '#set_separator\t,',
    '#empty_field\t(empty)',
    '#unset_field\t-',
    '#path\tconn',
    `#fields\t${Object.keys(conn[0] ?? {}).join('\t')}`,
    `#types\t${kinds.join('\t')}`,
    ...conn.slice(0, 60).map((row) => Object.values(row).join('\t')),
    '#close\t2026-03-02-09-00-00',
    '',
  ].join('\n');
  const json = (rows: readonly object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const files = {
    'conn.log': Buffer.from(tsv),
    'conn.2026-03-02-09.log.gz': gzipSync(json(conn.slice(60))),
    'dns.log': Buffer.from(json(dns)),
  };
  const written = Object.entries(files).map(async ([name, bytes]) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  });
  return { paths: await Promise.all(written) };
}

describe('a real set of logs', () => {
  let data: string;
  let logs: readonly string[];
  beforeAll(async () => {
    data = join(dir, 'real');
    ({ paths: logs } = await writeZeekSet(join(dir, 'zeek')));
  });

  test('[FIRST-13] in TSV and JSON, plain and compressed, is answered about over stdio', async () => {
    const ingested = await stance(dir, 'ingest', '--data', data, '--json', join(dir, 'zeek'));
    expect(JSON.parse(ingested.stdout)).toMatchObject({
      read: 100,
      accepted: 100,
      refused: 0,
      duplicates: 0,
      files: logs.map(() => ({ refused: 0 })),
    });
    const client = await connect('2026-07-28', { data });
    const fleet = await ask(client, 'get_fleet_posture');
    expect(fleet).toMatchObject({
      score_basis: 'discovered',
      device_count: 3,
      coverage: { sites: ['default'] },
    });
    expect(fleet.as_of).toBe('2026-03-02T08:59:22.500Z');
    const { entities } = await ask(client, 'search_entities', { contacted: RECORDER });
    expect(entities).toHaveLength(2);
    const [device] = entities;
    const posture = await ask(client, 'get_device_posture', { device_id: device?.id ?? '' });
    expect(posture).toMatchObject({ trust_level: 'unverified', enrolled_at: null, manufacturer: null });
    expect(posture.behavioral_baseline).toMatchObject({ established: false });
    const seen = await ask(client, 'get_threat_context', { indicator: '192.0.2.44' });
    expect(seen).toMatchObject({ reputation: 'unknown', seen_in_fleet: { entities: 1 } });
    await client.close();
  });

  test('[FIRST-14] the same set again changes no answer', async () => {
    const before = await fleetOf(data);
    const again = await stance(dir, 'ingest', '--data', data, '--json', ...logs);
    expect(JSON.parse(again.stdout)).toMatchObject({ read: 100, accepted: 0, duplicates: 100 });
    expect(await fleetOf(data)).toEqual(before);
  });
});

async function fleetOf(data: string): Promise<unknown> {
  const client = await connect('2025-11-25', { data });
  const fleet = timeless(await ask(client, 'get_fleet_posture'));
  await client.close();
  return fleet;
}

describe('an event that comes by HTTP', () => {
  const C2 = '45.155.205.99';
  let server: Server;
  let client: Client;

  beforeAll(async () => {
    const data = join(dir, 'live');
    await mkdir(data);
    await writeFile(join(data, 'blocklist.txt'), `# as of today\n${C2}\n`);
    await writeFile(
      join(data, 'stance.yaml'),
      'feeds:\n  - { id: own-list, path: blocklist.txt, format: plain, category: c2_server, confidence: 0.95 }\n',
    );
    server = await new Server(await freePort(), 'serve', '--data', data).ready();
    client = await connect('2026-07-28', server);
  });
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  const contact = (port: number, to: string) => ({
    class_uid: 4001,
    category_uid: 4,
    activity_id: 6,
    severity_id: 1,
    time: Date.now() - 1_000,
    metadata: { version: '1.3.0', product: { name: 'flows' } },
    src_endpoint: { ip: '10.7.0.9', port },
    dst_endpoint: { ip: to, port: 443 },
    connection_info: { protocol_num: 6, direction_id: 2 },
    traffic: { bytes_out: 1_200, bytes_in: 5_400 },
    action_id: 1,
  });
  const post = async (sequence: number | null, event: object) => {
    const numbered =
      sequence === null ? {} : { 'stance-producer': 'flows-1', 'stance-sequence': String(sequence) };
    const response = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson', ...numbered },
      body: `${JSON.stringify(event)}\n`,
    });
    return { status: response.status, ...((await response.json()) as object) };
  };
  const posture = async () => {
    const { entities } = await ask(client, 'search_entities', { contacted: C2 });
    return ask(client, 'get_device_posture', { device_id: entities[0]?.id ?? '' });
  };

  test('[FIRST-15] is in the very next answer', async () => {
    expect(await ask(client, 'get_threat_context', { indicator: C2 })).toMatchObject({
      reputation: 'malicious',
      seen_in_fleet: { entities: 0, count: 0 },
    });
    expect(await post(1, contact(40_001, C2))).toMatchObject({ status: 200, accepted: 1, refused: 0 });
    expect(await ask(client, 'get_threat_context', { indicator: C2 })).toMatchObject({
      seen_in_fleet: { entities: 1, count: 1, blocked: 0 },
    });
    const device = await posture();
    expect(device).toMatchObject({ risk_level: 'critical', risk_reason: 'c2_reached' });
    const reached = device.risk_factors.find(({ factor }) => factor === 'c2_reached');
    expect(reached).toMatchObject({
      dimension: 'threat',
      evidence: [{ sensor: 'http:local/flows-1', subject: C2 }],
    });
  });

  test('[FIRST-16] is taken once: the same batch again is a duplicate and changes nothing', async () => {
    const event = contact(40_002, C2);
    expect(await post(2, event)).toMatchObject({ accepted: 1 });
    const still = async () => {
      const { as_of: _, data_age_ms: __, ...rest } = await posture();
      return rest;
    };
    const before = await still();
    expect(await post(2, event)).toMatchObject({ status: 200, accepted: 0, duplicates: 1 });
    expect(await still()).toEqual(before);
    const context = await ask(client, 'get_threat_context', { indicator: C2 });
    expect(context.seen_in_fleet.count).toBe(2);
  });

  test('[FIRST-17] is taken without a number too, batch after batch', async () => {
    const before = (await ask(client, 'get_threat_context', { indicator: C2 })).seen_in_fleet.count;
    for (const port of [40_101, 40_102, 40_103]) {
      expect(await post(null, contact(port, C2))).toMatchObject({ status: 200, accepted: 1 });
    }
    const after = (await ask(client, 'get_threat_context', { indicator: C2 })).seen_in_fleet.count;
    expect(after - before).toBe(3);
  });
});
