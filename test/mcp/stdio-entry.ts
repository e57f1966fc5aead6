import { createMcpServer, serveStdioOn } from '../../src/mcp/index.ts';
import { fixedReader } from './fixed-reader.ts';

/** The product's stdio door over the fixed reader, as a process of its own. Faults go to standard error. */
const reportFault = (where: string, cause: unknown): string => {
  process.stderr.write(`${where}: ${String(cause)}\n`);
  return 'incident-1';
};
const reader = fixedReader();

serveStdioOn(() => createMcpServer({ reader, asker: 'local', version: '0.0.0', reportFault }), reportFault);
