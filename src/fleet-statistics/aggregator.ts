import {
  type AggregatorProcess,
  type AggregatorProcessInput,
  startAggregator,
} from '../aggregation/index.ts';
import { isLoopback, urlOf } from '../http/index.ts';
import { OperationError } from '../refusals/index.ts';

export interface AggregatorRequest extends AggregatorProcessInput {
  readonly behindTlsProxy: boolean;
}

export interface RunningAggregator extends AggregatorProcess {
  readonly url: string;
}

/**
 * Starts the aggregator in its process. What sites send is signed and encrypted; TLS hides which site sends, and when.
 * @throws OperationError, AggregatorError
 */
export async function runAggregator({
  behindTlsProxy,
  ...input
}: AggregatorRequest): Promise<RunningAggregator> {
  const { host, tls } = input;
  if (tls === null && !behindTlsProxy && !isLoopback(host))
    throw new OperationError(
      'invalid_configuration',
      `Listening on ${host} needs TLS: give --tls-cert and --tls-key, or --behind-tls-proxy.`,
    );
  const running = await startAggregator(input);
  return { ...running, url: urlOf(tls === null ? 'http' : 'https', { host, port: running.port }) };
}
