import type { Command } from '../command.ts';
import { dataOptions, LISTEN_OPTIONS, REAL_DATA } from '../options.ts';
import { runServer } from '../running.ts';

export const serveCommand: Command = {
  name: 'serve',
  begins: true,
  summary: 'Serve real data: MCP, the intake, and the sources of the configuration',
  about:
    'Follows the sources that DIR/stance.yaml names, takes events at POST /v1/events and answers MCP at /mcp. ' +
    "On another address than this machine's own it needs TLS and tokens. Runs until Ctrl-C.",
  options: { ...LISTEN_OPTIONS, ...dataOptions() },
  examples: [
    'stance serve --data /var/lib/stance',
    'stance serve --data /var/lib/stance --host 0.0.0.0 --behind-tls-proxy --allowed-host stance.example.com',
  ],
  run: (invocation) => runServer(invocation, REAL_DATA, null),
};
