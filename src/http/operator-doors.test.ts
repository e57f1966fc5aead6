import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decideBinding } from './binding.ts';
import { ControlError, type ControlOperation } from './control.ts';
import { OPERATOR_DOORS } from './operator-doors.ts';
import { createHttpServer, type Health } from './server.ts';
import { TokenStore } from './tokens.ts';

const JSON_BODY = { 'content-type': 'application/json' };
const SECRETS = ['reader', 'shipper', 'operator', 'asker'] as const;

let folder: string;
let tokens: TokenStore;
let health: Health;
let asked: { operation: string; args: unknown }[];
let answer: () => Promise<unknown>;
let app: ReturnType<typeof createHttpServer>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stance-doors-'));
  tokens = new TokenStore(join(folder, 'tokens.json'));
  health = { ready: true, progress: {} };
  asked = [];
  answer = () => Promise.resolve({ done: true });
  const where = { host: '127.0.0.1', port: 0, tls: null, behindTlsProxy: false, allowedHosts: [] };
  const decision = decideBinding({ ...where, tokensConfigured: false });
  if (!decision.ok) throw new Error(decision.reasons.join(' '));
  const operationOf = (operation: string): ControlOperation => {
    return (args) => {
      asked.push({ operation, args });
      return answer();
    };
  };
  app = createHttpServer({
    version: '1.2.3',
    binding: decision.binding,
    tokens,
    health: () => health,
    intake: () => Promise.resolve({ kind: 'starting' }),
    mcp: async (_request, response) => void response.end(),
    operations: Object.fromEntries(
      OPERATOR_DOORS.map(({ operation }) => [operation, operationOf(operation)]),
    ),
    reportFault: () => 'ref-1',
  });
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

async function secrets(): Promise<Record<(typeof SECRETS)[number], string>> {
  const scopes = { reader: ['read'], shipper: ['ingest'], operator: ['operate'], asker: ['lookup'] } as const;
  const made = {} as Record<(typeof SECRETS)[number], string>;
  for (const [index, name] of SECRETS.entries()) {
    made[name] = await tokens.createToken(name, scopes[name], new Uint8Array(32).fill(index), 0);
  }
  return made;
}

function post(path: string, body: unknown, secret?: string) {
  const authorization = secret === undefined ? {} : { authorization: `Bearer ${secret}` };
  return app.inject({
    method: 'POST',
    url: path,
    headers: { ...JSON_BODY, ...authorization },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function get(path: string, secret?: string) {
  return app.inject({
    method: 'GET',
    url: path,
    headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` },
  });
}

describe('[ANOM-DOOR-9] the doors for operators', () => {
  test('hand the body on as arguments, said by the token, and answer with the result', async () => {
    const { operator } = await secrets();
    const word = { anomaly: 'ano_1', verdict: 'expected', reason: 'known' };
    answer = () => Promise.resolve({ id: 'ano_1', verdict: 'expected' });
    const response = await post('/v1/anomalies/verdict', word, operator);
    expect([response.statusCode, response.json()]).toEqual([200, { id: 'ano_1', verdict: 'expected' }]);
    expect(asked).toEqual([{ operation: 'anomaly_verdict', args: { ...word, actor: 'operator' } }]);
  });

  const doors = OPERATOR_DOORS.map((door) => {
    return [door.method, door.path.replace(':anomaly', 'ano_1'), door.admits === 'lookup'] as const;
  });
  test.each(doors)('%s %s needs its scope, and a token once there is one', async (method, path, isLookup) => {
    const send = (secret?: string) => (method === 'GET' ? get(path, secret) : post(path, {}, secret));
    expect((await send()).statusCode).toBe(200);
    expect(asked.at(-1)?.args).toMatchObject(method === 'GET' ? {} : { actor: 'local' });
    const { reader, shipper, operator, asker } = await secrets();
    const statuses = await Promise.all([undefined, reader, shipper, operator, asker].map(send));
    const granted = method === 'GET' ? 1 : isLookup ? 4 : 3;
    const allowed = [401, 403, 403, 403, 403].with(granted, 200);
    expect(statuses.map(({ statusCode }) => statusCode)).toEqual(allowed);
  });

  test('[POLICY-APPLY-2] take a whole set of policies, where others take a word', async () => {
    const policies = Array.from({ length: 2_000 }, (_, n) => ({
      id: `pol_${n}`,
      action: 'deny',
      mode: 'monitor',
    }));
    const { operator } = await secrets();
    const response = await post('/v1/policies', { policies, reason: 'all of them' }, operator);
    expect(response.statusCode).toBe(200);
    expect(asked).toMatchObject([
      { operation: 'policy_put', args: { actor: 'operator', reason: 'all of them' } },
    ]);
    const word = await post('/v1/maintenance/add', { policies }, operator);
    expect(word.statusCode).toBe(413);
    const removed = await app.inject({ method: 'DELETE', url: '/v1/policies' });
    expect([removed.statusCode, removed.headers['allow']]).toEqual([405, 'GET, HEAD, POST']);
  });

  test('[ANOM-DOOR-19] tell who may not read only what came of the word', async () => {
    const { operator } = await secrets();
    const playbook = await tokens.createToken('playbook', ['operate', 'read'], new Uint8Array(32).fill(9), 0);
    const word = { anomaly: 'ano_1', to: 'soc-2' };
    const whole = { id: 'ano_1', status: 'open', assignee: 'soc-2', observed: '10.0.0.7', words: [] };
    answer = () => Promise.resolve(whole);
    const told = async (secret?: string) =>
      (await post('/v1/anomalies/assign', word, secret)).json<unknown>();
    expect(await told(operator)).toEqual({ id: 'ano_1', status: 'open', assignee: 'soc-2' });
    expect(await told(playbook)).toEqual(whole);
    answer = () => Promise.resolve({ dry_run: true, matched: [whole], matched_total: 1, closed: 1 });
    const dry = await post('/v1/anomalies/suppress', { dry_run: true }, operator);
    expect(dry.json()).toEqual({ dry_run: true, matched_total: 1, closed: 1 });
  });

  test('[HTTP-8] name the bound that was met', async () => {
    const big = await post('/v1/anomalies/verdict', { reason: 'x'.repeat(70_000) });
    expect([big.statusCode, big.json()]).toMatchObject([
      413,
      { error: { code: 'body_too_large', message: expect.stringContaining('larger than 64 KiB') } },
    ]);
  });

  test('do not let a body say who says it', async () => {
    const response = await post('/v1/anomalies/assign', { anomaly: 'ano_1', to: 'soc', actor: 'ceo' });
    expect([response.statusCode, response.json()]).toEqual([
      400,
      { error: { code: 'invalid_arguments', message: expect.stringContaining('"actor"') } },
    ]);
    expect(asked).toEqual([]);
  });

  test('read the filters of a list from the address', async () => {
    answer = () => Promise.resolve({ ok: true, answer: { anomalies: [] } });
    const listed = await get('/v1/anomalies?severity=high&limit=5');
    expect(listed.json()).toEqual({ anomalies: [] });
    expect(asked).toEqual([
      {
        operation: 'ask',
        args: { tool: 'list_anomalies', input: { severity: 'high', limit: 5 }, asker: 'local' },
      },
    ]);
    const wrong = await get('/v1/anomalies?severity=grave');
    expect([wrong.statusCode, wrong.json()]).toEqual([
      400,
      { error: { code: 'invalid_arguments', message: expect.stringContaining('"severity"') } },
    ]);
    expect((await get('/v1/anomalies?sevrity=high')).statusCode).toBe(400);
  });

  test.each([
    ['unknown_entity', 404, 'unknown_entity'],
    ['unknown_incident', 404, 'unknown_incident'],
    ['invalid_input', 400, 'invalid_arguments'],
  ])(
    '[ANOM-DOOR-13] tell the problem %s of a list with its code and the nearest',
    async (code, status, told) => {
      const problem = { code, message: 'Nobody is known by that', nearest: ['dev_a'] };
      answer = () => Promise.resolve({ ok: false, problem });
      const response = await get('/v1/anomalies?entity_id=dev_b');
      expect([response.statusCode, response.json()]).toEqual([
        status,
        { error: { code: told, message: 'Nobody is known by that; the nearest are dev_a.' } },
      ]);
    },
  );

  test('show the anomaly that the address names', async () => {
    await get('/v1/anomalies/ano_4k2m9x7q1a');
    expect(asked).toEqual([{ operation: 'anomaly_show', args: { anomaly: 'ano_4k2m9x7q1a' } }]);
  });

  test.each([
    ['unknown_anomaly', 404, 'unknown_anomaly'],
    ['invalid_arguments', 400, 'invalid_arguments'],
    ['already_ended', 409, 'already_ended'],
    ['disk_full', 503, 'disk_full'],
    ['failed', 503, 'journal_failed'],
    ['something_else', 409, 'not_done'],
  ])('answer the failure %s with %i', async (code, status, told) => {
    answer = () => Promise.reject(new ControlError(code, 'What came, and what is allowed.'));
    const response = await post('/v1/baseline/accept', {});
    expect([response.statusCode, response.json()]).toMatchObject([status, { error: { code: told } }]);
  });

  test('[ANOM-DOOR-12] point at their own lists, and say what came', async () => {
    answer = () =>
      Promise.reject(new ControlError('unknown_window', 'There is no x; see stance maintenance list'));
    const response = await post('/v1/maintenance/remove', {});
    expect(response.json()).toMatchObject({ error: { message: 'There is no x; see GET /v1/maintenance' } });
    const limit = await get('/v1/anomalies?limit=many');
    expect(limit.json()).toMatchObject({ error: { message: '"limit" was "many"; allowed is a number.' } });
  });

  test('tell of a fault only its reference', async () => {
    answer = () => Promise.reject(new Error('EIO /srv/secret'));
    const response = await post('/v1/baseline/accept', {});
    expect([response.statusCode, response.json()]).toMatchObject([500, { error: { incident: 'ref-1' } }]);
    expect(response.body).not.toContain('secret');
  });

  test('are closed until the history is in', async () => {
    health = { ready: false, progress: {} };
    expect((await post('/v1/anomalies/suppress', {})).json()).toMatchObject({ error: { code: 'starting' } });
    expect((await get('/v1/suppressions')).statusCode).toBe(503);
    expect(asked).toEqual([]);
  });

  test.each([
    ['{"a":', 400],
    ['[1]', 400],
    ['"text"', 400],
    ['', 400],
    [`{"reason":"${'x'.repeat(70_000)}"}`, 413],
  ])('refuse a body that is no small object: %#', async (body, status) => {
    expect((await post('/v1/maintenance/add', body)).statusCode).toBe(status);
    expect(asked).toEqual([]);
  });

  test('say which method they take, and refuse a foreign page', async () => {
    const wrong = await app.inject({ method: 'DELETE', url: '/v1/suppressions' });
    expect([wrong.statusCode, wrong.headers.allow]).toEqual([405, 'GET, HEAD']);
    const foreign = await app.inject({
      method: 'POST',
      url: '/v1/anomalies/suppress',
      headers: { ...JSON_BODY, origin: 'https://elsewhere.example' },
      payload: '{}',
    });
    expect(foreign.statusCode).toBe(403);
    expect(asked).toEqual([]);
  });
});
