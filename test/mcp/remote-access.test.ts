import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { request } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { type Binding, decideBinding } from '../../src/http/index.ts';
import { createMcpServer } from '../../src/mcp/index.ts';
import { CERT, KEY } from './self-signed.ts';
import { type RunningDoors, startDoors } from './running-doors.ts';

let doors: RunningDoors | undefined;
afterEach(() => doors?.close());

function decided(changes: Partial<Parameters<typeof decideBinding>[0]>): Binding {
  const decision = decideBinding({
    host: '127.0.0.1',
    port: 0,
    tls: null,
    behindTlsProxy: false,
    tokensConfigured: true,
    allowedHosts: ['stance.example'],
    ...changes,
  });
  if (!decision.ok) throw new Error(decision.reasons.join(' '));
  return decision.binding;
}

describe('access with tokens', () => {
  test.each(['legacy', { pin: '2026-07-28' }] as const)(
    '[MCP-10] a real client (%j) with a token asks in the token’s name; without one it is turned away',
    async (mode) => {
      doors = await startDoors(createMcpServer, { binding: decided({ behindTlsProxy: true }) });
      const secret = await doors.tokens.createToken('soc-assistant', ['read'], new Uint8Array(32).fill(9), 0);
      const url = new URL(`${doors.url}/mcp`);
      const nobody = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
      await expect(nobody.connect(new StreamableHTTPClientTransport(url))).rejects.toThrow(/token|401/i);

      const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
      const headers = { authorization: `Bearer ${secret}` };
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
      await client.callTool({ name: 'get_fleet_posture', arguments: {} });
      expect(doors.questions.map(({ asker }) => asker)).toEqual(['soc-assistant']);

      await doors.tokens.revokeToken('soc-assistant', 1);
      await expect(client.callTool({ name: 'get_fleet_posture', arguments: {} })).rejects.toThrow(
        /token|401/i,
      );
      await client.close();
    },
  );
});

describe('with TLS files', () => {
  test('[HTTP-2] the port speaks TLS, to the names it is called by', async () => {
    doors = await startDoors(createMcpServer, { binding: decided({ tls: { cert: CERT, key: KEY } }) });
    const { port } = new URL(doors.url);
    const answer = (host: string) => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const options = { host: '127.0.0.1', port, path: '/healthz', ca: CERT, servername: 'stance.example' };
      request({ ...options, headers: { host } }, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end();
      return promise;
    };
    expect(await answer('stance.example')).toBe(200);
    expect(await answer('evil.example')).toBe(403);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow(/fetch failed/);
  });
});
