import type { IncomingMessage, ServerResponse } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, type McpServer, type ServerEventBus } from '@modelcontextprotocol/server';
import type { FaultReporter } from '../model/index.ts';

/** A question is under 10 kB; the rest is room for what a client adds. */
const REQUEST_BYTES = 1_048_576;
/** Streams held open by subscriptions/listen; nothing is announced yet, so few are honest. */
const SUBSCRIPTIONS = 16;

export interface McpHttpDoor {
  /**
   * Answers one request of Streamable HTTP, either era. Never rejects. It checks neither Host, Origin nor token:
   * the caller has done so, and says who asks.
   */
  readonly handle: (request: IncomingMessage, response: ServerResponse, asker: string) => Promise<void>;
  /** Ends open streams and refuses further requests. */
  readonly close: () => Promise<void>;
}

export interface McpHttpSettings {
  /** Makes the server of one request, for its asker. */
  readonly createServer: (asker: string) => McpServer;
  readonly reportFault: FaultReporter;
  /** Carries what subscriptions/listen announces. Default: within this process. */
  readonly bus?: ServerEventBus;
}

export function createMcpHttpHandler({ createServer, reportFault, bus }: McpHttpSettings): McpHttpDoor {
  const handler = createMcpHandler(
    ({ authInfo }) => {
      if (authInfo === undefined) throw new Error('a request came to the MCP door without an asker');
      return createServer(authInfo.clientId);
    },
    {
      maxRequestBodySize: REQUEST_BYTES,
      maxSubscriptions: SUBSCRIPTIONS,
      onerror,
      ...(bus && { bus }),
    },
  );

  function onerror(error: Error): void {
    reportFault('mcp http', error);
  }

  return {
    async handle(request, response, asker) {
      const authInfo = { token: '', clientId: asker, scopes: [] };
      const answer = toNodeHandler(
        { fetch: (webRequest, options) => handler.fetch(webRequest, { ...options, authInfo }) },
        { maxRequestBodySize: REQUEST_BYTES, onerror },
      );
      try {
        await answer(asRead(request), response);
      } catch (cause) {
        reportFault('mcp http', cause);
        response.destroy();
      }
    },
    close: () => handler.close(),
  };
}

/** What the SDK reads of a request. A body over the limit must still get its answer, so the socket stays. */
function asRead(request: IncomingMessage) {
  return {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headers,
    [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }),
  };
}
