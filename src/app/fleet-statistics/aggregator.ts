import { type AggregatorProcess, startAggregator } from '../../aggregation/index.ts';
import { isLoopback } from '../../http/index.ts';
import { OperationError } from '../operations.ts';

export interface AggregatorRequest {
  readonly dir: string;
  readonly agreement: string;
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly behindTlsProxy: boolean;
}

/**
 * Starts the aggregator in its process. What sites send is signed and encrypted; TLS hides which site sends, and when.
 * @throws OperationError, AggregatorError
 */
export async function runAggregator({
  behindTlsProxy,
  ...input
}: AggregatorRequest): Promise<AggregatorProcess> {
  if (input.tls === null && !behindTlsProxy && !isLoopback(input.host))
    throw new OperationError(
      'invalid_configuration',
      `Listening on ${input.host} needs TLS: give --tls-cert and --tls-key, or --behind-tls-proxy.`,
    );
  return startAggregator(input);
}
