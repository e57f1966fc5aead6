import type { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { FaultReporter } from '../model/index.ts';

export interface StdioDoor {
  close(): Promise<void>;
}

/**
 * Serves MCP on this process's standard input and output, both protocol eras (hosts open stdio on
 * 2025-11-25 by default). From here on nothing else may write to standard output: one stray line
 * breaks the channel.
 */
export function serveStdioOn(createServer: () => McpServer, reportFault: FaultReporter): StdioDoor {
  return serveStdio(createServer, { onerror: (error) => void reportFault('mcp stdio', error) });
}
