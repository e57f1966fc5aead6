import { type RunningServer, serve } from '../app/index.ts';
import { realEffects } from '../effects/index.ts';
import { openTokens, type Operations, type SimulateArgs } from '../operations/index.ts';
import { EXIT, type Invocation } from './command.ts';
import { connections } from './connect.ts';
import { fleetText } from './fleet-text.ts';
import { reporter } from './log.ts';
import { openPlace } from './place.ts';
import { progressLine } from './progress.ts';
import { ask } from './question.ts';
import { stopSignal } from './stop.ts';

/** Runs the server until it is asked to stop; tells when it is ready, how the fleet is, and how to connect. */
export async function runServer(
  invocation: Invocation,
  fallback: string,
  simulate: SimulateArgs | null,
): Promise<number> {
  const { terminal } = invocation;
  const { dir, config } = openPlace(invocation, fallback);
  const progress = progressLine(terminal);
  const stop = stopSignal();
  try {
    const server = await serve(
      { dir, config, simulate, onProgress: progress.report },
      realEffects(reporter(terminal)),
    );
    try {
      const operations = await Promise.race([server.ready, stop.asked]);
      progress.end();
      if (operations !== null) {
        await announce(invocation, server, operations, dir);
        await stop.asked;
      }
    } finally {
      progress.end();
      await server.close();
    }
    if (!terminal.isJson) terminal.tell('Stopped.');
    return EXIT.ok;
  } finally {
    stop.end();
  }
}

async function announce(
  { terminal }: Invocation,
  { url, mcpUrl }: RunningServer,
  operations: Operations,
  dir: string,
): Promise<void> {
  const fleet = await ask(operations, 'get_fleet_posture', {});
  const clients = connections({ mcpUrl, dir, isTokenNeeded: openTokens(dir).configured });
  terminal.answer({ url, mcp: mcpUrl, data: dir, fleet, connect: clients }, () =>
    [
      '',
      fleetText(fleet, terminal),
      '',
      `${terminal.paint('bold', 'MCP endpoint')}   ${terminal.paint('cyan', mcpUrl)}`,
      `Data directory ${dir}`,
      '',
      ...clients.flatMap(({ client, how, lines }) => [
        `${terminal.paint('bold', client)} ${terminal.paint('dim', `(${how})`)}`,
        ...lines.map((line) => `  ${line}`),
        '',
      ]),
      'Stance is running. Ctrl-C stops it.',
    ].join('\n'),
  );
}
