import { describe, expect, test } from 'vitest';
import { runSuite } from './suite.ts';

/** Requests from the server to the client need a session, which Stance does not keep: it asks nothing of a client. */
const NEED_A_SESSION = [
  'tools-call-sampling',
  'tools-call-elicitation',
  'elicitation-sep1034-defaults',
  'elicitation-sep1330-enums',
];

describe('the MCP conformance suite, 0.2.0-alpha.12', () => {
  test('[MCP-15] passes whole on 2026-07-28: 37 of 37', async () => {
    const { required, failed } = await runSuite('2026-07-28');
    expect([required, failed]).toEqual([37, []]);
  });

  test('[MCP-15] passes on 2025-11-25 but for the four scenarios that need a session: 26 of 30', async () => {
    const { required, failed } = await runSuite('2025-11-25');
    expect([required, failed]).toEqual([30, NEED_A_SESSION]);
  });

  test('[MCP-16] passes without fixtures where no fixture is needed, so that they hide no fault', async () => {
    const modern = await runSuite('2026-07-28', true);
    expect(modern.passed).toMatchInlineSnapshot(`
      [
        "tools-list",
        "server-sse-multiple-streams",
        "sep-2164-resource-not-found",
        "dns-rebinding-protection",
        "input-required-result-missing-input-response",
        "input-required-result-unsupported-methods",
        "input-required-result-ignore-extra-params",
        "input-required-result-validate-input",
      ]
    `);
    const legacy = await runSuite('2025-11-25', true);
    expect(legacy.passed).toMatchInlineSnapshot(`
      [
        "server-initialize",
        "ping",
        "tools-list",
        "server-sse-multiple-streams",
        "dns-rebinding-protection",
      ]
    `);
  });
});
