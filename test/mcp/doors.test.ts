import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ANSWERS, INPUTS } from '../../src/model/index.ts';
import { CATALOGUE, INSTRUCTIONS } from '../../src/mcp/index.ts';
import { ARGUMENTS } from './fixed-reader.ts';
import { startDoors, type RunningDoors } from './running-doors.ts';

const ERAS = { '2025-11-25': 'legacy', '2026-07-28': { pin: '2026-07-28' } } as const;
const TRANSPORTS = ['stdio', 'http'] as const;
const CONNECTIONS = TRANSPORTS.flatMap((transport) =>
  (['2025-11-25', '2026-07-28'] as const).map((era) => ({ transport, era })),
);

let doors: RunningDoors;
beforeAll(async () => {
  doors = await startDoors();
});
afterAll(() => doors.close());

function transportTo(kind: (typeof TRANSPORTS)[number]) {
  if (kind === 'http') return new StreamableHTTPClientTransport(new URL(`${doors.url}/mcp`));
  const entry = fileURLToPath(new URL('stdio-entry.ts', import.meta.url));
  return new StdioClientTransport({ command: process.execPath, args: [entry], stderr: 'ignore' });
}

describe.each(CONNECTIONS)('a real client over $transport on $era', ({ transport, era }) => {
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: ERAS[era] } });
  beforeAll(() => client.connect(transportTo(transport)));
  afterAll(() => client.close());

  /** The text of a refused call. */
  async function refusal(name: string, args: Record<string, unknown>): Promise<string> {
    const result = await client.callTool({ name, arguments: args });
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toBeUndefined();
    const [first] = result.content;
    return first?.type === 'text' ? first.text : '';
  }

  test('[MCP-1] speaks the asked revision and says how to begin', () => {
    expect(client.getNegotiatedProtocolVersion()).toBe(era);
    expect(client.getServerVersion()?.name).toBe('stance');
    expect(client.getInstructions()).toBe(INSTRUCTIONS);
  });

  test('[MCP-2] lists the tools in the frozen order, read-only, each with both schemas', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(INPUTS));
    for (const tool of tools) {
      expect(tool.annotations).toMatchObject({
        readOnlyHint: true,
      });
      expect(tool.annotations?.openWorldHint).toBe(tool.name === 'get_threat_context');
      expect(tool.inputSchema['additionalProperties']).toBe(false);
      expect(tool.outputSchema?.['additionalProperties']).toBe(false);
    }
  });

  test.each(CATALOGUE)(
    '[MCP-3] $name answers structured content that its schema allows, and the same as text',
    async ({ name }) => {
      await client.listTools();
      const { content, structuredContent, isError } = await client.callTool({
        name,
        arguments: ARGUMENTS[name],
      });
      expect(isError).toBeFalsy();
      expect(ANSWERS[name].parse(structuredContent)).toEqual(structuredContent);
      expect(content).toEqual([{ type: 'text', text: JSON.stringify(structuredContent) }]);
    },
  );

  test('[MCP-4] an unknown id is a tool error which offers the nearest ids', async () => {
    expect(await refusal('get_device_posture', { device_id: 'dev_nobody' })).toBe(
      'There is no device "dev_nobody".\nNearest ids: dev_camera_floor3_east, dev_nobel',
    );
  });

  test('[MCP-5] a misspelt argument is refused with its name and those that exist', async () => {
    const text = await refusal('list_anomalies', { severty: 'high' });
    expect(text).toContain('There is no argument "severty"; allowed are: severity, entity_type, limit');
  });

  test('[MCP-5] a wrong value is refused with the field, what came and what is allowed', async () => {
    expect(await refusal('list_anomalies', { severity: 'huge', limit: 0 })).toBe(
      'Invalid arguments for list_anomalies. "severity" was "huge"; allowed is one of low, medium, high, critical. "limit" was 0; allowed is at least 1.',
    );
    expect(await refusal('get_device_posture', {})).toBe(
      'Invalid arguments for get_device_posture. "device_id" is required: a string.',
    );
  });

  test('[MCP-6] what a fault throws never reaches the client', async () => {
    const text = await refusal('get_device_posture', { device_id: 'dev_fault' });
    expect(text).toMatch(/^Stance could not answer: an internal fault, logged as incident incident-1/);
    expect(text).not.toMatch(/ENOENT|secret/);
  });

  test('[MCP-7] an undeclared key never reaches the client', async () => {
    const text = await refusal('get_device_posture', { device_id: 'dev_leak' });
    expect(text).toMatch(/internal fault/);
    expect(text).not.toMatch(/hunter2|secret/);
  });

  test('[MCP-8] an answer beyond 20,000 tokens is a fault', async () => {
    expect(await refusal('get_device_posture', { device_id: 'dev_huge' })).toMatch(/internal fault/);
  });

  test('[MCP-9] an unknown tool is a protocol error that names it', async () => {
    await expect(client.callTool({ name: 'delete_everything', arguments: {} })).rejects.toThrow(
      'delete_everything',
    );
  });
});

test('[MCP-6] the log has what the client was not told', async () => {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transportTo('http'));
  await client.callTool({ name: 'get_device_posture', arguments: { device_id: 'dev_fault' } });
  await client.close();
  expect(doors.faults.some(({ cause }) => String(cause).includes('/srv/secret/path'))).toBe(true);
});

test('[MCP-10] over HTTP without tokens on loopback the asker is local', () => {
  expect(new Set(doors.questions.map(({ asker }) => asker))).toEqual(new Set(['local']));
});
