// Two HTTP servers in one process: the product's MCP door over a small fleet, and the SDK with an empty tool.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { createMcpHttpHandler, createMcpServer } from '../src/mcp/index.ts';
import { populate } from './population.ts';

export interface McpUrls {
  readonly product: string;
  readonly bare: string;
}

function reportFault(where: string, cause: unknown): string {
  process.stderr.write(`bench: a fault in ${where}: ${String(cause)}\n`);
  return 'bench';
}

const { reader } = populate(1_000);
const door = createMcpHttpHandler({
  createServer: (asker) => createMcpServer({ reader, asker, version: '0.0.0', reportFault }),
  reportFault,
});
const sdk = createMcpHandler(() => {
  const server = new McpServer({ name: 'bare', version: '0.0.0' });
  server.registerTool('empty', { description: 'Does nothing' }, () => ({ content: [] }));
  return server;
});
const bare = toNodeHandler(sdk);
const urls: McpUrls = {
  product: await listen((request, response) => door.handle(request, response, 'bench')),
  bare: await listen((request, response) =>
    bare(Object.assign(request, { method: request.method ?? 'POST', url: request.url ?? '/' }), response),
  ),
};
process.send?.(urls);
// Asked for the CPU time it has used so far, in microseconds.
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
process.on('disconnect', () => process.exit());

async function listen(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<string> {
  const server: Server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('bench: no port');
  return `http://127.0.0.1:${address.port}/mcp`;
}
