let asked = 0;

/** One tool call over MCP's Streamable HTTP, without a client library: its cost would be measured too. */
export async function callTool(
  url: string,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: ++asked,
      method: 'tools/call',
      params: { name, arguments: args },
    }),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? text : (/^data: (.*)$/m.exec(text)?.[1] ?? 'null');
  const { result } = JSON.parse(json) as { readonly result?: ToolResult };
  if (result === undefined || result.isError === true) {
    throw new Error(`bench: ${name} was refused with ${response.status}: ${text.slice(0, 200)}`);
  }
  return result.structuredContent;
}

interface ToolResult {
  readonly isError?: boolean;
  readonly structuredContent?: unknown;
}
