import { fileURLToPath } from 'node:url';

/** How one assistant is connected: what to do, and the lines to copy. */
export interface Connection {
  readonly client: string;
  readonly how: string;
  readonly lines: readonly string[];
}

export interface ConnectionTarget {
  readonly mcpUrl: string;
  /** Absolute. */
  readonly dir: string;
  readonly isTokenNeeded: boolean;
}

const LAUNCHER = fileURLToPath(new URL('../../bin/stance.mjs', import.meta.url));
const HEADER = 'Authorization: Bearer YOUR_TOKEN';

/**
 * The lines that connect an assistant, each as its maker documents them. Claude Desktop starts programs without a
 * shell's search path, so its paths are absolute.
 */
export function connections({ mcpUrl, dir, isTokenNeeded }: ConnectionTarget): readonly Connection[] {
  const header = isTokenNeeded ? ` --header ${quoted(HEADER)}` : '';
  const headers = isTokenNeeded ? { headers: { Authorization: 'Bearer YOUR_TOKEN' } } : {};
  const command = { command: process.execPath, args: [LAUNCHER, 'mcp', '--data', dir] };
  const server = { name: 'stance', type: 'http', url: mcpUrl, ...headers };
  return [
    {
      client: 'Claude Code',
      how: 'run',
      lines: [`claude mcp add --transport http stance ${mcpUrl}${header}`],
    },
    {
      client: 'Claude Desktop',
      how: 'Settings > Developer > Edit Config: claude_desktop_config.json',
      lines: JSON.stringify({ mcpServers: { stance: command } }, null, 2).split('\n'),
    },
    {
      client: 'VS Code',
      how: 'run',
      lines: [`code --add-mcp ${quoted(JSON.stringify(server))}`],
    },
    {
      client: 'MCP Inspector',
      how: 'run',
      lines: [
        `npx @modelcontextprotocol/inspector --cli ${mcpUrl} --transport http${header} --method tools/call --tool-name get_fleet_posture`,
      ],
    },
  ];
}

/** For a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
