import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningDoors, startDoors } from './running-doors.ts';

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};
const fault = {
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name: 'get_device_posture', arguments: { device_id: 'dev_fault' } },
};

describe('the raw wire', () => {
  let doors: RunningDoors;
  beforeAll(async () => {
    doors = await startDoors();
  });
  afterAll(() => doors.close());

  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${doors.url}/mcp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body,
    });

  test('[MCP-13] on standard output there is nothing but protocol, also when something goes wrong', async () => {
    const entry = fileURLToPath(new URL('stdio-entry.ts', import.meta.url));
    const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaints += text;
    });
    child.stdin.write(`${JSON.stringify(initialize)}\nnot json\n${JSON.stringify(fault)}\n`);
    const ids: unknown[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const message: unknown = JSON.parse(line);
      expect(message).toMatchObject({ jsonrpc: '2.0' });
      if (typeof message === 'object' && message !== null && 'id' in message) ids.push(message.id);
      if (ids.includes(2)) child.stdin.end();
    }
    expect(ids).toEqual(expect.arrayContaining([1, 2]));
    expect(complaints).toContain('/srv/secret/path');
  });

  test('[MCP-14] a question of more than 1 MiB is refused, whether or not it says its length', async () => {
    const big = JSON.stringify({ ...fault, padding: 'x'.repeat(1_100_000) });
    expect((await post(big)).status).toBe(413);
    const stream = new Blob([big]).stream();
    const chunked = await fetch(`${doors.url}/mcp`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: stream,
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
  });

  test.each([
    '',
    'not json',
    '[]',
    'null',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","id":1,"method":"no/such"}',
  ])('[MCP-14] %j gets an error and the door stays open', async (body) => {
    const refused = await post(body);
    expect(await refused.text()).toMatch(/"error"/);
    expect((await post(JSON.stringify(initialize))).status).toBe(200);
  });

  test('[MCP-14] GET and DELETE are 405, another content type 415', async () => {
    expect((await fetch(`${doors.url}/mcp`)).status).toBe(405);
    expect((await fetch(`${doors.url}/mcp`, { method: 'DELETE' })).status).toBe(405);
    expect((await post(JSON.stringify(initialize), { 'content-type': 'text/plain' })).status).toBe(415);
  });

  test('[MCP-14] a client that goes away in mid-question harms nobody', async () => {
    const silence = { ...fault, params: { ...fault.params, arguments: { device_id: 'dev_silence' } } };
    const abort = new AbortController();
    const asked = fetch(`${doors.url}/mcp`, {
      method: 'POST',
      signal: abort.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify(silence),
    }).then((response) => response.text());
    await expect.poll(() => doors.questions.length).toBeGreaterThan(0);
    abort.abort();
    await expect(asked).rejects.toThrow(/abort/i);
    expect((await post(JSON.stringify(initialize))).status).toBe(200);
  });
});
