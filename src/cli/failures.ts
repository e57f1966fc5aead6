import { UsageError } from './command-line.ts';
import { EXIT } from './command.ts';

/** A failure as a person reads it: what, why, what to do. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly exit: number;
}

/** What the operator has to write otherwise. */
const WRONG_USE: ReadonlySet<string> = new Set([
  'invalid_configuration',
  'invalid_arguments',
  'invalid_input',
  'unsafe_binding',
]);

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
  const exit = WRONG_USE.has(error.code) ? EXIT.usage : EXIT.failed;
  return { code: error.code, message: error.message + reason(error), exit };
}

/** What the system said of it; a message that ends its sentence needs nothing more. */
function reason({ cause, message }: Error): string {
  if (!(cause instanceof Error) || message.endsWith('.')) return '';
  return ` (${cause.message})`;
}

function defect(what: string): Failure {
  return {
    code: 'internal',
    message: `This is a defect of Stance, please report it.\n${what}`,
    exit: EXIT.failed,
  };
}
