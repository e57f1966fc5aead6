/**
 * The server that the MCP conformance suite is run against: the product's own factory, doors and guards, with the
 * fixture tools that the suite calls by name. `--plain` leaves the fixtures out. Prints its MCP address.
 */
import { InMemoryServerEventBus } from '@modelcontextprotocol/server';
import { createMcpServer } from '../../src/mcp/index.ts';
import { startDoors } from '../mcp/running-doors.ts';
import { addContentFixtures } from './content-fixtures.ts';
import { addInputFixtures, requestState } from './input-fixtures.ts';
import { addStreamFixtures } from './stream-fixtures.ts';

const bus = new InMemoryServerEventBus();
const plain = process.argv.includes('--plain');

const doors = await startDoors(
  (settings) => {
    if (plain) return createMcpServer(settings);
    const server = createMcpServer({ ...settings, requestState });
    addContentFixtures(server);
    addInputFixtures(server);
    addStreamFixtures(server, bus);
    return server;
  },
  { bus },
);
process.stdout.write(`${doors.url}/mcp\n`);
process.once('SIGTERM', () => void doors.close());
