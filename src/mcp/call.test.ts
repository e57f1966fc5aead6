import { describe, expect, test } from 'vitest';
import { fixedReader } from '../../test/mcp/fixed-reader.ts';
import { callTool } from './call.ts';

describe('a tool call', () => {
  const faults: unknown[] = [];
  const asking = {
    reader: fixedReader(),
    asker: 'local',
    reportFault: (_where: string, cause: unknown) => `ref-${faults.push(cause)}`,
  };
  const text = async (args: unknown, timeoutMs = 1_000): Promise<string> => {
    const { content } = await callTool('get_device_posture', args, { ...asking, timeoutMs });
    return content[0]?.type === 'text' ? content[0].text : '';
  };

  test('[MCP-8] that is never answered becomes a fault in time', async () => {
    expect(await text({ device_id: 'dev_silence' }, 20)).toMatch(/incident ref-1/);
    expect(String(faults[0])).toMatch(/no answer within 20 ms/);
  });

  test.each([
    [{ device_id: 7 }, '"device_id" was 7; allowed is a string.'],
    [{ device_id: null }, '"device_id" was null; allowed is a string.'],
    [{ device_id: ['a'] }, '"device_id" was a list of 1; allowed is a string.'],
    [{ device_id: '' }, '"device_id" was ""; allowed is at least 1 character.'],
    [
      { device_id: 'x'.repeat(201) },
      '"device_id" was a string of 201 characters; allowed is at most 200 characters.',
    ],
    [{ device_id: 'a', detail: 'all' }, '"detail" was "all"; allowed is one of concise, standard, full.'],
    [
      { device_id: 'a', 'x\u001b[2J': 1 },
      'There is no argument "x\\u001b[2J"; allowed are: device_id, detail, as_of.',
    ],
    [[], 'The arguments must be an object with: device_id, detail, as_of.'],
  ])('[MCP-5] with %j is refused in plain words', async (args, said) => {
    expect(await text(args)).toBe(`Invalid arguments for get_device_posture. ${said}`);
  });

  test.each([
    [{ changes: [] }, '"changes" was an empty list; allowed is at least 1 entry.'],
    [{ changes: 7 }, '"changes" was 7; allowed is a list.'],
    [{ changes: ['enrol'] }, '"changes.0" was "enrol"; allowed is an object.'],
    [
      { changes: [{ kind: 'enrol', bogus: 1 }] },
      'There is no "bogus" in "changes.0"; allowed are: kind, entities, cve, component, policy, anomaly, verdict.',
    ],
  ])('[MCP-5] of a simulation with %j is refused in plain words', async (args, said) => {
    const { content } = await callTool('simulate_change', args, asking);
    expect(content).toEqual([{ type: 'text', text: `Invalid arguments for simulate_change. ${said}` }]);
  });

  test('[MCP-5] with a time that is none, or a thousand unknown arguments, is refused in few words', async () => {
    const since = await callTool('list_anomalies', { since: 'yesterday' }, asking);
    expect(since.content).toEqual([
      {
        type: 'text',
        text: 'Invalid arguments for list_anomalies. "since" was "yesterday"; allowed is an ISO 8601 instant with a time zone, e.g. 2026-05-21T09:00:00Z.',
      },
    ]);
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`${'k'.repeat(500)}${index}`, 1]),
    );
    expect((await text({ device_id: 'a', ...many })).length).toBeLessThan(1_000);
  });
});
