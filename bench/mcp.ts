import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { callTool } from './ask.ts';
import { startServer, stopServer } from './child.ts';
import { figure, quantile, rounded } from './figure.ts';
import type { McpUrls } from './mcp-process.ts';
import type { Measurement } from './measurement.ts';

const CALLS = 400;

/** The server's CPU for a tool call over HTTP, against the SDK's own empty tool, in turn in one process. */
export const mcp: Measurement = {
  keys: ['mcp.overhead.ratio'],
  async measure({ quick, progress }) {
    const { server, first } = await startServer('mcp-process.ts', []);
    const { product, bare } = first as McpUrls;
    const rounds = quick ? 2 : 15;
    progress(`${rounds} rounds of ${CALLS} calls each`);
    const runs: number[] = [];
    const micros: number[] = [];
    for (let round = -3; round < rounds; round++) {
      const ours = await cpuOf(server, () => callTool(product, 'get_fleet_posture', {}));
      const floor = await cpuOf(server, () => callTool(bare, 'empty', {}));
      if (round < 0) continue;
      runs.push(ours / floor);
      micros.push(ours / CALLS);
    }
    await stopServer(server);
    const note = `get_fleet_posture of 1,000 devices; ${rounded(quantile(micros, 0.5))} µs of CPU per call`;
    return [figure('mcp.overhead.ratio', { value: quantile(runs, 0.5), runs, note })];
  },
};

async function cpuOf(server: ChildProcess, call: () => Promise<unknown>): Promise<number> {
  const before = await usage(server);
  for (let turn = 0; turn < CALLS; turn++) await call();
  return (await usage(server)) - before;
}

async function usage(server: ChildProcess): Promise<number> {
  server.send('usage');
  const [micros] = (await once(server, 'message')) as [number];
  return micros;
}
