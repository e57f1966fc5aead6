import { setTimeout as sleep } from 'node:timers/promises';
import {
  inputRequired,
  type McpServer,
  type ServerContext,
  type ServerEventBus,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const STEP_MS = 50;

const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });

/** Tools that send something while they run, and tools that make something change. */
export function addStreamFixtures(server: McpServer, bus: ServerEventBus): void {
  server.server.registerCapabilities({
    tools: { listChanged: true },
    resources: { subscribe: true },
    logging: {},
  });
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));

  const tool = (name: string, run: (ctx: ServerContext) => Promise<void>) =>
    server.registerTool(name, { description: `Conformance: ${name}` }, async (ctx) => {
      await run(ctx);
      return text('Done.');
    });
  tool('test_tool_with_progress', async ({ mcpReq }) => {
    for (const progress of [0, 50, 100]) {
      await reportProgress(mcpReq, progress);
      await sleep(STEP_MS);
    }
  });
  tool('test_tool_with_logging', log);
  tool('test_logging_tool', log);
  tool('test_trigger_tool_change', async () => bus.publish({ kind: 'tools_list_changed' }));
  tool('test_trigger_prompt_change', async () => bus.publish({ kind: 'prompts_list_changed' }));
  server.registerTool(
    'test_streaming_elicitation',
    { description: 'Conformance: asks' },
    async ({ mcpReq }) => {
      await reportProgress(mcpReq, 50);
      if (mcpReq.inputResponses !== undefined) return text('Done.');
      const requestedSchema = z.object({ name: z.string() });
      return inputRequired({
        inputRequests: {
          user_name: inputRequired.elicit({ message: 'What is your name?', requestedSchema }),
        },
      });
    },
  );
}

async function reportProgress(mcpReq: ServerContext['mcpReq'], progress: number): Promise<void> {
  const { _meta: meta } = mcpReq;
  const progressToken = meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100 } });
}

async function log({ mcpReq }: ServerContext): Promise<void> {
  for (const step of ['started', 'processing data', 'completed']) {
    await mcpReq.log('info', `Tool ${step}`);
    await sleep(STEP_MS);
  }
}
