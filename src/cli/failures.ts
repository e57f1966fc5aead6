import { OperationError } from '../app/index.ts';
import { UsageError } from './command-line.ts';
import { EXIT } from './command.ts';

/** A failure as a person reads it: what, why, what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: number;
}

/**
 * Errors with a code are expected and told in one line; whatever else is thrown is a defect, and its stack is what
 * helps to mend it.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) {
    const help = `stance ${error.command === null ? '' : `${error.command} `}--help`;
    return { code: 'usage', message: `${error.message}\nSee ${help}`, exit: EXIT.usage };
  }
  if (!(error instanceof Error)) return defect(String(error));
  if (!('code' in error) || typeof error.code !== 'string') return defect(error.stack ?? error.message);
  if (error.code === 'EADDRINUSE' || (error.code === 'EACCES' && 'port' in error)) return portFailure(error);
  const exit =
    error instanceof OperationError && error.code === 'invalid_configuration' ? EXIT.usage : EXIT.failed;
  return { code: error.code, message: error.message + reason(error), exit };
}

function portFailure(error: Error): Failure {
  const address = 'address' in error ? String(error.address) : 'the address';
  const port = 'port' in error ? Number(error.port) : 0;
  const taken = 'code' in error && error.code === 'EADDRINUSE';
  const what = taken
    ? `Port ${port} of ${address} is taken by another program`
    : `Port ${port} of ${address} may not be used by this user`;
  const other = port < 1_024 ? 7_117 : port + 1;
  return {
    code: taken ? 'port_taken' : 'port_forbidden',
    message: `${what}. ${taken ? 'Stop it, or choose' : 'Choose'} another port: --port ${other}, or STANCE_PORT=${other}.`,
    exit: EXIT.failed,
  };
}

/** What the system said of it, where the message does not hold it already. */
function reason({ cause, message }: Error): string {
  if (!(cause instanceof Error) || message.includes(cause.message)) return '';
  return ` (${cause.message})`;
}

function defect(what: string): Failure {
  return {
    code: 'internal',
    message: `This is a defect of Stance, please report it.\n${what}`,
    exit: EXIT.failed,
  };
}
