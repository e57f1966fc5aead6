import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { AgreementError, readAgreement } from '../protocol/agreement.ts';
import { openAggregator } from './aggregator.ts';
import type { AggregatorMessage, AggregatorProcessInput } from './process-messages.ts';
import { RefusalLog } from './refusal-log.ts';
import { aggregatorServer } from './server.ts';

/*
 * The aggregator's process, which imports nothing that could open a sum: neither SEAL nor the other roles. It gets its
 * one argument from whoever starts it, and ends with it.
 */
const { dir, agreement, host, port, tls } = JSON.parse(process.argv[2] ?? '{}') as AggregatorProcessInput;

function tell(message: AggregatorMessage): void {
  process.send?.(message);
}

/** This process's only clock. */
const now = () => Date.now();

async function run(): Promise<void> {
  const log = new RefusalLog(now, (line) =>
    process.stderr.write(`${JSON.stringify({ time: new Date(now()).toISOString(), ...line })}\n`),
  );
  const aggregator = await openAggregator({
    dir,
    agreement: readAgreement(await readAgreed(agreement)),
    now,
    tell: (news) => log.take(news),
  });
  const pem = tls === null ? null : { cert: await readFile(tls.cert), key: await readFile(tls.key) };
  const server = aggregatorServer(aggregator, pem);
  const end = () => {
    server.close(() => void aggregator.end().then(() => process.exit(0)));
    server.closeAllConnections();
  };
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end);
  process.on('message', () => tell({ what: 'usage', cpuMicroseconds: cpu() }));
  server.once('error', (cause) => fail('unusable_address', cause.message));
  server.listen(port, host, () => {
    const { port: bound } = server.address() as AddressInfo;
    tell({ what: 'listening', port: bound, cpuMicroseconds: cpu() });
  });
}

async function readAgreed(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AgreementError(`${path} cannot be read: give agreement.json of the key holder`, { cause });
  });
}

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

function fail(code: string, message: string): void {
  process.exitCode = 1;
  process.send?.({ what: 'failed', code, message } satisfies AggregatorMessage, () => process.exit(1));
}

await run().catch((cause: unknown) => {
  const message = cause instanceof Error ? cause.message : String(cause);
  fail(cause instanceof AgreementError ? 'invalid_agreement' : 'unusable_directory', message);
});
