import { McpServer, type ServerOptions } from '@modelcontextprotocol/server';
import { annotationsOf, CATALOGUE, INSTRUCTIONS } from './catalogue.ts';
import { type Asking, callTool } from './call.ts';
import { INPUT_SCHEMAS, OUTPUT_SCHEMAS } from './schemas.ts';

/** The catalogue changes only with a release. */
const CATALOGUE_TTL_MS = 60_000;

export interface McpServerSettings extends Asking {
  /** The product's version, shown to the client. */
  readonly version: string;
  /** `false` leaves output schemas out of tools/list, for clients with a small budget. Default `true`. */
  readonly outputSchemas?: boolean;
  /** Checks the state that tools of several rounds mint. The catalogue has none; the conformance build has. */
  readonly requestState?: NonNullable<ServerOptions['requestState']>;
}

/**
 * One server for stdio and HTTP and for both protocol eras. Cheap and free of side effects: over HTTP
 * the SDK asks for a new one with every request. State lives behind the reader.
 */
export function createMcpServer(settings: McpServerSettings): McpServer {
  const cached = { ttlMs: CATALOGUE_TTL_MS, cacheScope: 'private' } as const;
  const server = new McpServer(
    { name: 'stance', title: 'Stance', version: settings.version },
    {
      instructions: INSTRUCTIONS,
      capabilities: { tools: { listChanged: false } },
      cacheHints: { 'tools/list': cached, 'server/discover': cached },
      ...(settings.requestState && { requestState: settings.requestState }),
    },
  );
  for (const card of CATALOGUE) {
    const described = {
      title: card.title,
      description: card.description,
      inputSchema: INPUT_SCHEMAS[card.name],
      annotations: annotationsOf(card),
    };
    const config =
      settings.outputSchemas === false
        ? described
        : { ...described, outputSchema: OUTPUT_SCHEMAS[card.name] };
    server.registerTool(card.name, config, (args: unknown) => callTool(card.name, args, settings));
  }
  return server;
}
