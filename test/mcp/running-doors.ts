import { InMemoryServerEventBus, type McpServer, type ServerEventBus } from '@modelcontextprotocol/server';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import {
  type Binding,
  createHttpServer,
  decideBinding,
  type Intake,
  TokenStore,
} from '../../src/http/index.ts';
import { createMcpHttpHandler, createMcpServer, type McpServerSettings } from '../../src/mcp/index.ts';
import type { FaultReporter } from '../../src/model/index.ts';
import { fixedReader, type Question } from './fixed-reader.ts';

export interface RunningDoors {
  readonly url: string;
  readonly questions: readonly Question[];
  readonly faults: readonly { readonly where: string; readonly cause: unknown }[];
  readonly tokens: TokenStore;
  close(): Promise<void>;
}

type CreateServer = (settings: McpServerSettings) => McpServer;

interface Setting {
  /** Carries what subscriptions announce. */
  readonly bus?: ServerEventBus;
  /** Default: any free port of loopback, open. */
  readonly binding?: Binding;
}

/** The product's HTTP and MCP doors on a real port of loopback, over the fixed reader. */
export async function startDoors(
  createServer: CreateServer = createMcpServer,
  { bus = new InMemoryServerEventBus(), binding = openOnLoopback() }: Setting = {},
): Promise<RunningDoors> {
  const folder = mkdtempSync(join(tmpdir(), 'stance-doors-'));
  const questions: Question[] = [];
  const faults: { where: string; cause: unknown }[] = [];
  const reportFault: FaultReporter = (where, cause) => {
    faults.push({ where, cause });
    return 'incident-1';
  };
  const tokens = new TokenStore(join(folder, 'tokens.json'));
  const reader = fixedReader(questions);
  const mcp = createMcpHttpHandler({
    createServer: (asker) => createServer({ reader, asker, version: '0.0.0', reportFault }),
    reportFault,
    bus,
  });
  const http = createHttpServer({
    version: '0.0.0',
    binding,
    tokens,
    health: () => ({ ready: true, progress: {} }),
    intake: takesNothing,
    mcp: mcp.handle,
    reportFault,
  });
  const url = await http.listen({ host: binding.host, port: binding.port });
  return {
    url,
    questions,
    faults,
    tokens,
    async close() {
      await mcp.close();
      await http.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const takesNothing: Intake = () =>
  Promise.resolve({
    kind: 'taken',
    accepted: 0,
    refused: 0,
    duplicates: 0,
    skipped: 0,
    refusals: [],
    skips: {},
  });

function openOnLoopback(): Binding {
  const request = { host: '127.0.0.1', port: 0, tls: null, behindTlsProxy: false, tokensConfigured: false };
  const decision = decideBinding({ ...request, allowedHosts: [] });
  if (!decision.ok) throw new Error(decision.reasons.join(' '));
  return decision.binding;
}
