import { once } from 'node:events';
import { openOperations, serveMcpStdio } from '../../app/index.ts';
import { realEffects } from '../../effects/index.ts';
import { type Command, EXIT } from '../command.ts';
import { reporter } from '../log.ts';
import { dataOptions } from '../options.ts';
import { openPlace } from '../place.ts';
import { stopSignal } from '../stop.ts';

export const mcp: Command = {
  name: 'mcp',
  begins: true,
  summary: 'Answer one assistant over standard input and output',
  about:
    'For assistants that start their servers themselves. Standard output carries the protocol and nothing else; the ' +
    'log is on standard error, as JSON lines with --json.',
  options: dataOptions(),
  examples: [
    'stance mcp --data /var/lib/stance',
    'claude mcp add stance -- npx stance mcp --data /var/lib/stance',
  ],
  async run(invocation) {
    const { dir, config } = openPlace(invocation);
    const effects = realEffects(reporter(invocation.terminal));
    const stop = stopSignal();
    const open = await openOperations({ dir, config, onProgress: () => undefined }, effects);
    const door = serveMcpStdio(open, effects);
    await Promise.race([once(process.stdin, 'close'), once(process.stdin, 'end'), stop.asked]);
    await door.close();
    await open.close();
    stop.end();
    return EXIT.ok;
  },
};
