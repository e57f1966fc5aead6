import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { SyslogReceiver, WebhookReceiver } from '../../src/outputs/receiver.fixture.ts';
import { said } from '../cli/said.ts';
import { freePort, Running, stance } from '../cli/stance.ts';
import { Canaries } from './canaries.ts';
import { showCertificates } from './certificate-canaries.ts';
import { keepByDenyList } from './deny-list.ts';
import { ocsfEvents } from './ocsf-canaries.ts';
import { brokenFiles, operatorFiles } from './operator-canaries.ts';
import { layersOf, type Place, placesIn } from './places.ts';
import { eveRecords } from './suricata-canaries.ts';
import { asJson, asTsv, zeekRecords } from './zeek-canaries.ts';

/** 2026-03-02, a Monday. */
const START = Date.UTC(2026, 2, 2, 8);
const DAY = 86_400_000;

/** Where a canary came out that must not. */
export interface Hit {
  readonly where: string;
  readonly canary: string;
}

/**
 * A real Stance is given a canary in every field of every source that must not enter, is asked everything, sends its
 * findings, is backed up and has somebody erased. Then every byte that it wrote, sent or said is searched.
 */
export class CanaryRun {
  readonly canaries = new Canaries();
  /** In questions: the answer may say to whoever asked what was asked, but nothing may keep it. */
  readonly asked = new Canaries('vogelzx');
  /** What any of the processes wrote, or answered to who sent something. */
  readonly heard: string[] = [];
  /** What the tools answered. */
  readonly answers: string[] = [];
  /** What was answered to the questions with canaries in them. */
  readonly echoes: string[] = [];
  readonly statuses: number[] = [];
  /** Findings, by each of their ways. */
  sent: string[] = [];
  summary: { accepted: number; files: readonly { path: string; accepted: number }[] } = {
    accepted: 0,
    files: [],
  };
  readonly hook = new WebhookReceiver();
  readonly siem = new SyslogReceiver();
  readonly #records: string[] = [];
  readonly #isWhole: boolean;
  #dir = '';
  #url = '';
  #owner: Running | null = null;
  #disk: readonly Place[] | null = null;

  /** @param isWhole with every file that an operator can give, whole and broken, and backups before and after an erasure */
  constructor(isWhole: boolean) {
    this.#isWhole = isWhole;
  }

  get #data(): string {
    return join(this.#dir, 'data');
  }

  async live(): Promise<void> {
    this.#dir = await mkdtemp(join(tmpdir(), 'stance-canaries-'));
    await this.#writeLogs(join(this.#dir, 'logs'));
    await mkdir(this.#data, { mode: 0o700 });
    await this.#configure();
    const port = await freePort();
    this.#url = `http://127.0.0.1:${port}`;
    this.#owner = new Running(['serve', '--data', this.#data, '--port', String(port)], this.#dir);
    await this.#owner.says('Ctrl-C stops it');
    const [inventory, ...others] = operatorFiles(this.canaries);
    for (const { name, text, command } of [inventory, ...(this.#isWhole ? others : [])].filter(
      (file) => file !== undefined,
    )) {
      await writeFile(join(this.#dir, name), text);
      const [verb = '', noun = '', ...options] = command;
      await this.run(verb, noun, join(this.#dir, name), ...options);
    }
    this.summary = JSON.parse(
      await this.run('ingest', '--json', join(this.#dir, 'logs')),
    ) as CanaryRun['summary'];
    await this.#sendBatches();
    if (this.#isWhole) await this.#refuseFiles();
    await this.#askEverything();
    await this.#askWithCanaries();
    await this.run('doctor');
    await this.run('status', '--hash');
    await this.#sendFindings();
    // With the journal of all that came: an erasure leaves none of it.
    await this.run('backup', '--to', join(this.#dir, 'backup-before'));
    await this.#eraseSomebody();
    if (this.#isWhole) {
      await this.run('privacy', 'rotate');
      await this.run('backup', '--to', join(this.#dir, 'backup-after'));
    }
    this.#owner.child.kill('SIGTERM');
    const { stdout, stderr } = await this.#owner.ended();
    this.heard.push(stdout, stderr);
    if (this.#isWhole)
      this.heard.push(...(await showCertificates(this.#dir, join(this.#dir, 'data-tls'), this.canaries)));
  }

  async end(): Promise<void> {
    this.#owner?.kill();
    await this.hook.close();
    await this.siem.close();
    await rm(this.#dir, { recursive: true });
  }

  /** What the processes wrote to disk: the data directory, and both backups. The configuration is the operator's own. */
  disk(): readonly Place[] {
    this.#disk ??= [...this.#placesOnDisk()];
    return this.#disk;
  }

  *#placesOnDisk(): Generator<Place> {
    const backups = this.#isWhole
      ? ['backup-before', 'backup-after', 'data-tls', 'data-tls-backup']
      : ['backup-before'];
    for (const place of ['data', ...backups]) {
      yield* prefixed(
        place,
        placesIn(join(this.#dir, place), (path) => path === 'stance.yaml'),
      );
    }
  }

  /** Every file of the data directory, by its path in it. */
  files(): readonly string[] {
    const paths = this.disk().find(({ where }) => where === 'data/names of files');
    return Buffer.from(paths?.bytes ?? [])
      .toString()
      .split('\n')
      .map((path) => path.replace(/^\//, ''));
  }

  /** What they said and sent, whoever heard it. */
  *said(): Generator<Place> {
    yield* numbered('a log line, a summary or an error', this.heard);
    yield* numbered('an answer', this.answers);
    yield* numbered('a finding', this.sent);
  }

  hitsOnDisk(): readonly Hit[] {
    return [...hitsIn(this.disk(), this.canaries), ...hitsIn(this.disk(), this.asked)];
  }

  /** Nobody is told of another's question. */
  hitsSaid(): readonly Hit[] {
    const echoes = numbered('an answer to a question with a canary', this.echoes);
    return [
      ...hitsIn(this.said(), this.canaries),
      ...hitsIn(this.said(), this.asked),
      ...hitsIn(echoes, this.canaries),
    ];
  }

  /** How many canaries the same search finds where the same records were kept by a deny-list. */
  async controlHits(): Promise<number> {
    const dir = await mkdtemp(join(tmpdir(), 'stance-control-'));
    try {
      keepByDenyList(dir, this.#records);
      return new Set([...hitsIn(placesIn(dir), this.canaries)].map(({ canary }) => canary)).size;
    } finally {
      await rm(dir, { recursive: true });
    }
  }

  async run(...args: string[]): Promise<string> {
    const words = [...args, '--data', this.#data];
    // The owner is a process in either form; the whole one has a process for each of its clients too.
    const { code, stdout, stderr } = this.#isWhole ? await stance(this.#dir, ...words) : await said(...words);
    this.heard.push(stdout, stderr);
    if (code !== 0) throw new Error(`stance ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  }

  async #configure(): Promise<void> {
    await writeFile(join(this.#dir, 'secret'), 'a-secret-of-thirty-two-letters-!');
    const outputs = [
      {
        id: 'soc',
        type: 'webhook',
        url: (await this.hook.listen()).href,
        secret_file: join(this.#dir, 'secret'),
        allow_private: true,
        allow_http: true,
      },
      { id: 'siem', type: 'syslog', transport: 'tcp', host: '127.0.0.1', port: await this.siem.listen() },
    ];
    const config = { domains: { CORP: 'corp.example' }, outputs };
    await writeFile(join(this.#data, 'stance.yaml'), JSON.stringify(config));
  }

  async #writeLogs(logs: string): Promise<void> {
    const { canaries } = this;
    await mkdir(logs, { recursive: true });
    const tsv = zeekRecords(canaries, 'tsv', START / 1_000);
    const json = zeekRecords(canaries, 'json', START / 1_000 + 60);
    for (const [kind, record] of tsv) {
      await writeFile(join(logs, `${kind}.log`), asTsv(kind, record));
      this.#records.push(JSON.stringify(record));
    }
    for (const [kind, record] of json) {
      const broken = `{"_path":"${kind}","ts":"${canaries.word(`zeek json ${kind} broken`)}"}\nnonsense ${canaries.word('no JSON')}\n`;
      await writeFile(join(logs, `${kind}.json.log.gz`), gzipSync(asJson(kind, record) + broken));
      this.#records.push(asJson(kind, record));
    }
    const eve = eveRecords(canaries, START + 120_000);
    this.#records.push(...eve);
    await writeFile(join(logs, 'eve.json'), `${eve.join('\n')}\n`);
    await writeFile(join(logs, 'http.stable.log'), stableNames(canaries));
    // A log that Zeek can be made to write, and that is not read.
    const unread = {
      ts: START / 1_000,
      uid: 'CAbcdE1fGh2iJ3kLm4',
      nick: canaries.word('zeek irc nick'),
      value: canaries.word('zeek irc value'),
    };
    await writeFile(join(logs, 'irc.log'), asTsv('irc', unread));
    this.#records.push(JSON.stringify(unread));
  }

  async #sendBatches(): Promise<void> {
    const { canaries } = this;
    const events = ocsfEvents(canaries, START + 4 * DAY);
    this.#records.push(...events);
    await this.#post(events.join('\n'));
    await this.#post(`{"class_uid": 4001, "${canaries.word('a body that is no JSON')}`);
    await this.#post('{}', {
      'stance-producer': `${canaries.word('a header that is no name')}!`,
      'stance-sequence': '1',
    });
    await this.#fetch(
      `/${canaries.word('a path')}?${canaries.word('a query')}=${canaries.word('a query value')}`,
    );
    await this.#fetch('/healthz', {
      headers: {
        authorization: `Bearer ${canaries.word('a token')}`,
        cookie: `session=${canaries.word('a cookie')}`,
        referer: `https://example.com/${canaries.word('a referer')}`,
        'user-agent': canaries.word('a user agent'),
        'x-forwarded-for': canaries.word('a forwarded for'),
      },
    });
    const json = { 'content-type': 'application/json' };
    await this.#fetch('/mcp', {
      method: 'POST',
      headers: json,
      body: `{"jsonrpc": "${canaries.word('an MCP body that is no JSON')}`,
    });
    await this.#fetch('/v1/policies', {
      method: 'POST',
      headers: json,
      body: `{"policies": [${canaries.word('a policy body that is no JSON')}`,
    });
    await this.#fetch('/v1/feeds?id=x', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: `{"type":"bundle","objects":["${canaries.word('a feed body that is no JSON')}`,
    });
  }

  async #refuseFiles(): Promise<void> {
    for (const { name, text, command } of brokenFiles(this.canaries)) {
      await writeFile(join(this.#dir, name), text);
      const [verb = '', ...rest] = command;
      const { code, stdout, stderr } = await stance(
        this.#dir,
        verb,
        ...rest,
        join(this.#dir, name),
        '--data',
        this.#data,
      );
      if (code === 0) throw new Error(`${name} was taken`);
      this.heard.push(stdout, stderr);
    }
  }

  async #post(body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    const response = await fetch(`${this.#url}/v1/events`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-ndjson', ...headers },
    });
    this.statuses.push(response.status);
    this.heard.push(await response.text());
  }

  async #fetch(path: string, request: RequestInit = {}): Promise<void> {
    const response = await fetch(`${this.#url}${path}`, request);
    this.heard.push(JSON.stringify([...response.headers]), await response.text());
  }

  /** Every tool, in full detail, about everything there is. */
  async #askEverything(): Promise<void> {
    const detail = 'full';
    await this.#ask('get_fleet_posture', { detail });
    await this.#ask('list_anomalies', { detail, limit: 100 });
    for (const indicator of ['198.51.100.20', 'known-domain-9.com', '192.0.2.10', '198.51.100.90'])
      await this.#ask('get_threat_context', { indicator, detail });
    for (const group_by of ['kind', 'manufacturer', 'firmware'])
      await this.#ask('search_entities', { group_by, detail });
    await this.#ask('get_compliance_evidence', { framework: 'nist_csf', detail });
    const found = (await this.#ask('search_entities', { limit: 100, detail })) as {
      entities: { id: string; type: 'device' | 'user' | 'workload' }[];
    };
    for (const { id, type } of found.entities) {
      await this.#ask(`get_${type}_posture`, { [`${type}_id`]: id, detail });
      await this.#ask('explain_posture', { entity_id: id, detail });
    }
    for (const path of [
      '/v1/anomalies',
      '/v1/suppressions',
      '/v1/maintenance',
      '/v1/policies',
      '/v1/intel',
      '/v1/compliance/nis2',
      '/healthz',
      '/',
    ])
      await this.#fetch(path);
  }

  async #ask(name: string, args: Readonly<Record<string, unknown>>): Promise<unknown> {
    const line = await this.#call(name, args);
    const { result } = JSON.parse(line) as { result: { isError?: boolean; structuredContent: unknown } };
    if (result.isError === true) throw new Error(`${name} was refused: ${line}`);
    this.answers.push(line);
    return result.structuredContent;
  }

  /** Whatever somebody asks for is not kept, and no log tells it. */
  async #askWithCanaries(): Promise<void> {
    const put = (where: string) => this.asked.word(`asked ${where}`);
    const questions: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
      ['get_user_posture', { user_id: `${put('UPN')}@corp.example` }],
      ['get_device_posture', { device_id: `dev_${put('device')}` }],
      ['get_workload_posture', { workload_id: `wkl_${put('workload')}` }],
      ['get_threat_context', { indicator: `${put('indicator')}.${put('indicator parent')}.com` }],
      ['search_entities', { query: put('query'), tag: put('tag'), contacted: `${put('contacted')}.com` }],
      ['list_anomalies', { entity_id: put('entity'), incident_id: put('incident') }],
      ['explain_posture', { entity_id: put('explained') }],
      ['get_fleet_posture', { [put('unknown argument')]: put('unknown argument value') }],
      [put('tool'), {}],
    ];
    for (const [name, args] of questions) this.echoes.push(await this.#call(name, args));
  }

  async #call(name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
    const response = await fetch(`${this.#url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name, arguments: args },
      }),
    });
    const text = await response.text();
    const event = text.split('\n').find((each) => each.startsWith('data:'));
    return event?.slice(5) ?? text;
  }

  async #sendFindings(): Promise<void> {
    const printed = await this.run('findings', '--ndjson');
    const count = printed.trim().split('\n').length;
    while (this.hook.received.length < count || this.siem.frames.length < count) await pause(20);
    this.sent = [printed, ...this.hook.received.map((each) => JSON.stringify(each)), ...this.siem.frames];
  }

  /** Also so that there is a snapshot, with the state of all that came. */
  async #eraseSomebody(): Promise<void> {
    const { entities } = (await this.#ask('search_entities', { type: 'user', limit: 1 })) as {
      entities: { id: string }[];
    };
    for (const { id } of entities) await this.run('privacy', 'erase', id);
  }
}

export function* hitsIn(places: Iterable<Place>, canaries: Canaries): Generator<Hit> {
  for (const { where, bytes } of places) {
    for (const canary of canaries.foundIn(bytes)) yield { where, canary };
  }
}

function* numbered(what: string, texts: readonly string[]): Generator<Place> {
  for (const [index, text] of texts.entries())
    yield* layersOf({ where: `${what} (${index + 1})`, bytes: Buffer.from(text) });
}

function* prefixed(prefix: string, places: Iterable<Place>): Generator<Place> {
  for (const { where, bytes } of places) yield { where: `${prefix}/${where}`, bytes };
}

/**
 * Names that several clients use on several days. One names a service and becomes known; the others carry data, or
 * name a machine of the fleet's own, and must not become known however often they are seen.
 */
function stableNames(canaries: Canaries): string {
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
        const ts = (START + day * DAY) / 1_000 + client;
        rows.push(asJson('http', { ts, ...flow, host, method: 'GET', status_code: 200 }));
      }
    }
  }
  return rows.join('');
}
