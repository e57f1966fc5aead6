import { resolve } from 'node:path';
import { runAggregator } from '../../fleet-statistics/index.ts';
import { UsageError } from '../command-line.ts';
import { type Command, EXIT, type Invocation } from '../command.ts';
import { stopSignal } from '../stop.ts';

/** Next to the port of `stance serve`. */
const PORT = 7_118;

export const aggregator: Command = {
  name: 'aggregator',
  summary: "Add the encrypted reports of a tenant's sites, without a key to read them",
  about:
    'Can run on a machine that nobody trusts with the figures: it has neither the secret key nor the code to use one. A refusal tells the sender no reason; the log on standard error does.',
  options: {
    agreement: { kind: 'text', value: 'FILE', isRequired: true, about: 'agreement.json of the key holder' },
    data: { kind: 'text', value: 'DIR', fallback: '.stance/aggregator', about: 'Where the sums are' },
    listen: {
      kind: 'text',
      value: 'HOST:PORT',
      fallback: `127.0.0.1:${PORT}`,
      about: 'Where to listen; port 0 for any free one',
    },
    'tls-cert': { kind: 'text', value: 'FILE', about: 'Certificate chain, PEM' },
    'tls-key': { kind: 'text', value: 'FILE', about: 'Private key, PEM' },
    'behind-tls-proxy': { kind: 'flag', about: 'A proxy in front ends TLS' },
  },
  examples: ['stance aggregator --agreement agreement.json --data /srv/aggregator --listen 127.0.0.1:7118'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const { host, port } = placeOf(args.must('listen'));
    const stop = stopSignal();
    try {
      const running = await runAggregator({
        dir: resolve(args.must('data')),
        agreement: resolve(args.must('agreement')),
        host,
        port,
        tls: tlsOf(invocation),
        behindTlsProxy: args.flag('behind-tls-proxy'),
      });
      const { url } = running;
      terminal.answer(
        { url, pid: running.child.pid },
        () => `The aggregator listens at ${url}. Ctrl-C stops it.`,
      );
      const code = await Promise.race([stop.asked, running.ended]);
      if (code !== null) return EXIT.failed;
      await running.stop();
      return EXIT.ok;
    } finally {
      stop.end();
    }
  },
};

function placeOf(listen: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(listen);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new UsageError(
    `--listen must be HOST:PORT such as 127.0.0.1:${PORT}, not "${listen}".`,
    'aggregator',
  );
}

function tlsOf({ args }: Invocation): { readonly cert: string; readonly key: string } | null {
  const [cert, key] = [args.text('tls-cert'), args.text('tls-key')];
  if (cert === null && key === null) return null;
  if (cert !== null && key !== null) return { cert: resolve(cert), key: resolve(key) };
  throw new UsageError('--tls-cert and --tls-key belong together.', 'aggregator');
}
