import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LIMITS } from '../model/index.ts';
import { decideBinding } from './binding.ts';
import { type ErrorBody, HTTP_ERRORS } from './errors.ts';
import type { IntakeHeaders, IntakeOutcome, IntakeSummary } from './intake.ts';
import { createHttpServer, type Health, type HttpServerSettings } from './server.ts';
import { TokenStore } from './tokens.ts';

const NOW = Date.UTC(2026, 4, 21, 9);
const NDJSON = { 'content-type': 'application/x-ndjson' };
const nothing = { accepted: 0, refused: 0, duplicates: 0, skipped: 0, refusals: [], skips: {} };

let folder: string;
let tokens: TokenStore;
let health: Health;
let outcome: () => Promise<IntakeOutcome>;
let taken: { body: string; headers: IntakeHeaders; actor: string }[];
let askers: string[];
let faults: unknown[];
let app: ReturnType<typeof createHttpServer>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stance-http-'));
  tokens = new TokenStore(join(folder, 'tokens.json'));
  health = { ready: true, progress: {} };
  outcome = () => Promise.resolve({ kind: 'taken', ...nothing, accepted: 2 });
  [taken, askers, faults] = [[], [], []];
  app = createHttpServer(settings());
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
  rmSync(folder, { recursive: true });
});

function settings(): HttpServerSettings {
  const where = { host: '127.0.0.1', port: 0, tls: null, behindTlsProxy: false, allowedHosts: [] };
  const decision = decideBinding({ ...where, tokensConfigured: false });
  if (!decision.ok) throw new Error(decision.reasons.join(' '));
  return {
    version: '1.2.3',
    binding: decision.binding,
    tokens,
    health: () => health,
    intake: (body, headers, actor) => {
      taken.push({ body: body.toString(), headers, actor });
      return outcome();
    },
    mcp: async (_request, response, asker) => {
      askers.push(asker);
      response.end('mcp');
    },
    reportFault: (_where, cause) => `ref-${faults.push(cause)}`,
  };
}

function post(headers: Record<string, string> = {}, payload: string | Buffer = '{"a":1}\n{"a":2}\n') {
  return app.inject({ method: 'POST', url: '/v1/events', headers: { ...NDJSON, ...headers }, payload });
}

async function listening(): Promise<number> {
  return Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
}

function posting(port: number, headers: Record<string, string>): ClientRequest {
  const to = { port, host: '127.0.0.1', method: 'POST', path: '/v1/events', agent: false };
  return httpRequest({ ...to, headers: { ...NDJSON, ...headers } }).on('error', () => undefined);
}

function send(url: string, authorization?: string) {
  const headers = { ...NDJSON, ...(authorization && { authorization }) };
  return app.inject({ method: 'POST', url, headers, payload: '{}' });
}

describe('health and the first page', () => {
  test('[HTTP-6] /healthz says 503 and how far it is until ready, then 200', async () => {
    health = { ready: false, progress: { phase: 'history', events: 120_000 } };
    const starting = await app.inject('/healthz');
    expect(starting.statusCode).toBe(503);
    expect(starting.json()).toEqual({ status: 'starting', phase: 'history', events: 120_000 });
    health = { ready: false, answering: true, progress: { what: 'Replaying the journal', share: 0.4 } };
    const behind = await app.inject('/healthz');
    expect([behind.statusCode, behind.json()]).toEqual([
      503,
      { status: 'catching_up', what: 'Replaying the journal', share: 0.4 },
    ]);
    health = { ready: true, progress: {} };
    const ready = await app.inject('/healthz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  test('[SET-ASIDE-7] /healthz says how many records no posture rests on, and asks for a restart after a fault', async () => {
    health = { ready: true, progress: {}, setAside: 2 };
    const without = await app.inject('/healthz');
    expect([without.statusCode, without.json()]).toEqual([200, { status: 'ready', set_aside: 2 }]);
    health = { ready: true, progress: {}, fault: 'record 7 is on disk: restart' };
    const failed = await app.inject('/healthz');
    expect([failed.statusCode, failed.json()]).toEqual([
      503,
      { status: 'restart_needed', message: 'record 7 is on disk: restart' },
    ]);
  });

  test('/ tells a person what this is and where MCP is', async () => {
    const page = await app.inject({ url: '/', headers: { host: 'localhost:7117' } });
    expect(page.headers['content-type']).toMatch('text/html');
    expect(page.headers['content-security-policy']).toMatch("default-src 'none'");
    expect(page.body).toContain('http://localhost:7117/mcp');
    expect(page.body).toContain('Stance 1.2.3');
  });
});

describe('POST /v1/events', () => {
  test('[HTTP-7] hands the bytes, the numbering and the actor to the intake and says what became of them', async () => {
    const answer = await post({ 'stance-producer': 'shipper-1', 'stance-sequence': '41' });
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ...nothing, accepted: 2 });
    expect(taken).toEqual([
      {
        body: '{"a":1}\n{"a":2}\n',
        headers: { producer: 'shipper-1', sequence: 41, format: 'ndjson' },
        actor: 'local',
      },
    ]);
  });

  test('takes application/json as it came', async () => {
    await post({ 'content-type': 'application/json; charset=utf-8' }, '[{"a":1}]');
    expect(taken[0]).toMatchObject({
      body: '[{"a":1}]',
      headers: { format: 'json', producer: null, sequence: null },
    });
  });

  test('[HTTP-7] answers 422 with the refusals when there was something and all of it was refused', async () => {
    const refusals = [{ line: 1, reason: 'missing_field', field: 'time' }] as const;
    outcome = () => Promise.resolve({ kind: 'taken', ...nothing, refused: 1, refusals });
    const answer = await post();
    expect([answer.statusCode, answer.json<IntakeSummary>().refusals]).toEqual([422, refusals]);
  });

  test('[HTTP-7] answers 429 with Retry-After when the intake is busy, 503 while it starts', async () => {
    outcome = () => Promise.resolve({ kind: 'busy', retryAfterSeconds: 2.5 });
    const busy = await post();
    expect([busy.statusCode, busy.headers['retry-after'], busy.json<ErrorBody>().error.code]).toEqual([
      429,
      '3',
      'busy',
    ]);
    outcome = () => Promise.resolve({ kind: 'starting' });
    const starting = await post();
    expect([starting.statusCode, starting.headers['retry-after']]).toEqual([503, '5']);
  });

  test.each([
    [{ 'stance-producer': 'a' }],
    [{ 'stance-sequence': '1' }],
    [{ 'stance-producer': 'a b', 'stance-sequence': '1' }],
    [{ 'stance-producer': 'a', 'stance-sequence': '-1' }],
    [{ 'stance-producer': 'a', 'stance-sequence': '1e3' }],
  ])('a malformed numbering %j is refused whole', async (headers) => {
    const answer = await post(headers);
    expect([answer.statusCode, answer.json<ErrorBody>().error.code, taken]).toEqual([
      400,
      'invalid_header',
      [],
    ]);
  });

  test('[SRC-HTTP-10] a batch of too many events is 413, too', async () => {
    outcome = () => Promise.resolve({ kind: 'too_large' });
    const big = await post();
    expect([big.statusCode, big.json<ErrorBody>().error.code]).toEqual([413, 'body_too_large']);
  });

  test('[HTTP-8] a body over the limit is 413, another content type 415, an empty body 400', async () => {
    const big = await post({}, Buffer.alloc(16 * 1_048_576 + 1, 32));
    expect([big.statusCode, big.json<ErrorBody>().error]).toEqual([
      413,
      { code: 'body_too_large', message: expect.stringContaining('larger than 16 MiB, the most that') },
    ]);
    expect((await post({ 'content-type': 'text/plain' })).json<ErrorBody>().error.code).toBe(
      'unsupported_media_type',
    );
    expect((await post({ 'content-encoding': 'gzip' })).json<ErrorBody>().error.code).toBe(
      'unsupported_media_type',
    );
    expect((await post({}, '')).json<ErrorBody>().error.code).toBe('empty_body');
    expect(taken).toEqual([]);
  });

  test('[HTTP-8] [PRESS-1] more batches at once than there is room for are told to come back', async () => {
    const held = Promise.withResolvers<IntakeOutcome>();
    outcome = () => held.promise;
    const answers = Array.from({ length: 49 }, () => post());
    const refused = await Promise.race(answers);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
    held.resolve({ kind: 'taken', ...nothing, accepted: 1 });
    const statuses = (await Promise.all(answers)).map(({ statusCode }) => statusCode);
    expect(statuses.filter((status) => status === 200)).toHaveLength(48);
    expect((await post()).statusCode).toBe(200);
  });

  test('[PRESS-1] a batch whose sender has gone keeps its place until the engine has it', async () => {
    const held = Promise.withResolvers<IntakeOutcome>();
    outcome = () => held.promise;
    const port = await listening();
    for (let batch = 1; batch <= 48; batch++) {
      const request = posting(port, { 'content-length': '2' });
      request.end('{}');
      while (taken.length < batch) await nextTurn();
      const { promise: gone, resolve } = Promise.withResolvers<void>();
      request.once('close', resolve).destroy();
      await gone;
    }
    expect((await post()).statusCode).toBe(429);
    held.resolve({ kind: 'taken', ...nothing });
    while ((await post()).statusCode !== 200) await nextTurn();
  });

  test('[PRESS-2] a body that comes too slowly is refused and gives its place to others', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let letIn = 0;
    app.addHook('preParsing', async () => void letIn++);
    const port = await listening();
    const slow = Array.from({ length: 48 }, () => posting(port, { 'content-length': '1000' }));
    const answers = slow.map(async (request) => {
      request.write('{');
      const [answer] = (await once(request, 'response')) as [IncomingMessage];
      answer.resume();
      return answer.statusCode;
    });
    while (letIn < slow.length) await nextTurn();
    expect((await post()).statusCode).toBe(429);
    vi.advanceTimersByTime(4_000);
    expect(new Set(await Promise.all(answers))).toEqual(new Set([408]));
    while ((await post()).statusCode !== 200) await nextTurn();
    expect(taken.every(({ body }) => body !== '{')).toBe(true);
  });

  test('[PRESS-10] a body that is refused before it is read ends nothing, however long it takes to come', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const uncaught = vi.fn<(cause: Error) => void>();
    process.on('uncaughtException', uncaught);
    const port = await listening();
    const tooLarge = LIMITS.batchBytes + 1;
    const refused: readonly Record<string, string>[] = [
      { 'content-type': 'text/csv', 'content-length': '200000' },
      { 'content-length': String(tooLarge) },
      { 'content-type': 'text/csv', 'transfer-encoding': 'chunked' },
    ];
    try {
      for (const headers of refused) {
        const request = posting(port, headers);
        request.write(Buffer.alloc(200_000, ' '));
        const [answer] = (await once(request, 'response')) as [IncomingMessage];
        answer.resume();
        expect([413, 415]).toContain(answer.statusCode);
        await vi.advanceTimersByTimeAsync(10_000);
        await nextTurn();
        request.destroy();
      }
      expect(uncaught).not.toHaveBeenCalled();
      expect((await post()).statusCode).toBe(200);
    } finally {
      process.off('uncaughtException', uncaught);
    }
  });

  test('[PRESS-16] a sender that goes away in the middle of a body is no fault of ours, and nothing is taken of it', async () => {
    const port = await listening();
    const gone = posting(port, { 'content-length': '100000' });
    gone.write('{"a":1}\n');
    await once(app.server, 'request');
    gone.destroy();
    await vi.waitFor(async () => {
      const count = await promisify(app.server.getConnections.bind(app.server))();
      expect(count).toBe(0);
    });
    await nextTurn();
    expect(taken).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('[HTTP-8] a fault is 500 with a reference, its text only in the log', async () => {
    outcome = () => Promise.reject(new Error('ENOSPC /srv/secret'));
    const answer = await post();
    expect(answer.statusCode).toBe(500);
    expect(answer.json()).toEqual({
      error: { code: 'internal', message: HTTP_ERRORS.internal[1], incident: 'ref-1' },
    });
    expect(String(faults[0])).toContain('ENOSPC');
  });
});

describe('tokens', () => {
  const open = { read: '/mcp', ingest: '/v1/events' } as const;
  test.each(['read', 'ingest'] as const)(
    '[HTTP-4] the scope %s opens its own door only, and names the actor',
    async (scope) => {
      const secret = await tokens.createToken(`with-${scope}`, [scope], new Uint8Array(32).fill(7), NOW);
      const other = scope === 'read' ? 'ingest' : 'read';
      expect((await send(open[scope], `Bearer ${secret}`)).statusCode).toBe(200);
      expect([...askers, ...taken.map(({ actor }) => actor)]).toEqual([`with-${scope}`]);
      const shut = await send(open[other], `Bearer ${secret}`);
      expect([shut.statusCode, shut.json<ErrorBody>().error.code]).toEqual([403, 'insufficient_scope']);
      expect(shut.headers['www-authenticate']).toBe(
        `Bearer realm="stance", scope="${other}", error="insufficient_scope"`,
      );
    },
  );

  test.each(Object.values(open))('[HTTP-5] once a token exists, %s is closed without one', async (url) => {
    expect((await send(url)).statusCode).toBe(200);
    await tokens.createToken('a', ['read'], new Uint8Array(32), NOW);
    const none = await send(url);
    expect([none.statusCode, none.json<ErrorBody>().error.code]).toEqual([401, 'token_required']);
    expect(none.headers['www-authenticate']).toMatch(/^Bearer realm="stance", scope="\w+"$/);
    const wrong = await send(url, 'Bearer stance_wrong');
    expect([wrong.statusCode, wrong.json<ErrorBody>().error.code]).toEqual([401, 'invalid_token']);
  });

  test('health and the first page need none', async () => {
    await tokens.createToken('a', ['read'], new Uint8Array(32), NOW);
    expect([(await app.inject('/healthz')).statusCode, (await app.inject('/')).statusCode]).toEqual([
      200, 200,
    ]);
  });
});

describe('[PRESS-7] a server that ends', () => {
  const ask = async (request: ClientRequest): Promise<number | string | undefined> => {
    const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
    request.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', () => resolve('cut'));
    request.end('{}');
    return promise;
  };

  test('answers what it is taking in, and takes nothing new', async () => {
    const held = Promise.withResolvers<IntakeOutcome>();
    outcome = () => held.promise;
    const port = await listening();
    const before = ask(posting(port, {}));
    while (taken.length === 0) await nextTurn();
    const closed = app.close();
    expect(await ask(posting(port, {}))).toBe(503);
    expect(taken).toHaveLength(1);
    held.resolve({ kind: 'taken', ...nothing, accepted: 1 });
    expect(await before).toBe(200);
    await closed;
  });

  test('waits for it no longer than some seconds', async () => {
    outcome = () => new Promise(() => undefined);
    const port = await listening();
    const before = ask(posting(port, {}));
    while (taken.length === 0) await nextTurn();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const closed = app.close();
    expect(await ask(posting(port, {}))).toBe(503);
    vi.advanceTimersByTime(5_000);
    await closed;
    expect(await before).toBe('cut');
  });
});

describe('what nobody should send', () => {
  test.each(['/', '/healthz', '/mcp', '/v1/events', '/nothing'])(
    '[HTTP-3] %s refuses a foreign Host or Origin',
    async (url) => {
      const host = await app.inject({ url, headers: { host: 'evil.example' } });
      expect([host.statusCode, host.json<ErrorBody>().error.code]).toEqual([403, 'host_not_allowed']);
      const origin = await app.inject({ url, headers: { origin: 'https://evil.example' } });
      expect([origin.statusCode, origin.json<ErrorBody>().error.code]).toEqual([403, 'origin_not_allowed']);
      expect(askers).toEqual([]);
    },
  );

  test('an unknown address is 404, a wrong method 405 with Allow, both as JSON', async () => {
    for (const url of ['/nothing', '//', '/__proto__', '/healthz/x']) {
      expect((await app.inject(url)).json<ErrorBody>().error.code).toBe('not_found');
    }
    expect((await app.inject('/%')).json<ErrorBody>().error.code).toBe('bad_request');
    const get = await app.inject('/v1/events');
    expect([get.statusCode, get.headers['allow'], get.json<ErrorBody>().error.code]).toEqual([
      405,
      'POST',
      'method_not_allowed',
    ]);
  });

  test('bytes that are no HTTP get the same kind of answer', async () => {
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1').end('hello\r\n\r\n');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*\{"error":\{"code":"bad_request"/s);
  });

  test('[PRESS-11] of one that keeps its side open nothing is kept', async () => {
    const port = await listening();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    socket.write('GARBAGE\r\n\r\n');
    for await (const _ of socket.setEncoding('utf8'));
    const held = promisify(app.server.getConnections.bind(app.server));
    await vi.waitFor(async () => expect(await held()).toBe(0));
    socket.destroy();
  });

  test('[PRESS-11] the connections of one address leave room for others', async () => {
    const port = await listening();
    const from = (localAddress: string) => connect({ port, host: '127.0.0.1', localAddress });
    const many: Socket[] = [];
    // Some at a time: of more than wait to be accepted (511) the kernel lets some in after those that came later.
    while (many.length < 768) {
      const next = Array.from({ length: 64 }, () => from('127.0.0.1'));
      await Promise.all(next.map((socket) => once(socket, 'connect')));
      many.push(...next);
    }
    const oneMore = from('127.0.0.1').on('error', () => undefined);
    await once(oneMore, 'close');
    const other = from('127.0.0.2').setEncoding('utf8');
    other.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(String((await once(other, 'data'))[0])).toContain('200 OK');
    many.pop()?.destroy();
    const again = from('127.0.0.1').on('error', () => undefined);
    await vi.waitFor(async () => {
      const next = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(next.status).toBe(200);
    });
    for (const socket of [...many, again, other]) socket.destroy();
  });

  test('[PRESS-11] a question that trickles is refused, and gives its place to others', async () => {
    const mcp: HttpServerSettings['mcp'] = async (request, _, asker) => {
      askers.push(asker);
      await once(request, 'close');
    };
    app = createHttpServer({ ...settings(), mcp });
    const port = await listening();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    socket.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{');
    while (askers.length === 0) await nextTurn();
    vi.advanceTimersByTime(10_000);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 408 .*"body_too_slow"/s);
  });

  test.each([
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n'],
    ['a host in the target', 'GET http://evil.example/healthz HTTP/1.1\r\nHost: localhost\r\n'],
  ])('%s: which of them is meant is not guessed', async (_, head) => {
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(`${head}Connection: close\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += String(chunk);
    expect(answer).toMatch(/^HTTP\/1\.1 400 .*\{"error":\{"code":"bad_request"/s);
  });

  test('[HTTP-8] over a real port an endless body is cut off at the limit', async () => {
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const { promise, resolve } = Promise.withResolvers<number | string | undefined>();
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/events',
      headers: NDJSON,
    });
    request.on('response', ({ statusCode }) => resolve(statusCode)).on('error', () => resolve('cut'));
    for (let sent = 0; sent <= 17; sent += 1) request.write(Buffer.alloc(1_048_576, 32));
    expect([413, 'cut']).toContain(await promise);
    request.destroy();
  });
});

test('[HTTP-8] every error of the table is documented with its status', () => {
  const documented = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...documented.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(rows).toEqual(Object.entries(HTTP_ERRORS).map(([code, [status]]) => [code, status]));
});
