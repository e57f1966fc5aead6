import { Client, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMcpServer } from '../../src/mcp/index.ts';
import { type RunningDoors, startDoors } from './running-doors.ts';

/**
 * The published contract of the tools: what assistants and dashboards were written against. A change here is
 * a decision (an ADR, contract §1): write the new file with STANCE_UPDATE_CONTRACT=1 and show the difference.
 */
const GOLDEN = new URL('../golden/tools-list.json', import.meta.url);
const UPDATE = process.env['STANCE_UPDATE_CONTRACT'] === '1';

let doors: RunningDoors;
let lean: RunningDoors;
beforeAll(async () => {
  doors = await startDoors();
  lean = await startDoors((settings) => createMcpServer({ ...settings, outputSchemas: false }));
});
afterAll(() => Promise.all([doors.close(), lean.close()]));

async function toolsOf({ url }: RunningDoors): Promise<Tool[]> {
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: { pin: '2026-07-28' } } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  const { tools } = await client.listTools();
  await client.close();
  return tools;
}

/** The whole answer as it goes over the wire, framing included. */
async function listBytes({ url }: RunningDoors): Promise<number> {
  const response = await fetch(`${url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: {
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
          'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
        },
      },
    }),
  });
  const body = await response.text();
  expect(body).toContain('"search_entities"');
  return Buffer.byteLength(body);
}

describe('tools/list', () => {
  test('[MCP-11] is the published contract, word for word', async () => {
    const tools = await toolsOf(doors);
    if (UPDATE) writeFileSync(GOLDEN, `${JSON.stringify(tools, null, 2)}\n`);
    expect(tools).toEqual(JSON.parse(readFileSync(GOLDEN, 'utf8')));
  });

  test('[MCP-12] has at most 24 kB with output schemas and 8 kB without', async () => {
    expect(await listBytes(doors)).toBeLessThanOrEqual(24_000);
    expect(await listBytes(lean)).toBeLessThanOrEqual(8_000);
  });

  test('[MCP-12] without output schemas is otherwise the same', async () => {
    const whole = await toolsOf(doors);
    expect(await toolsOf(lean)).toEqual(whole.map((tool) => ({ ...tool, outputSchema: undefined })));
  });
});
