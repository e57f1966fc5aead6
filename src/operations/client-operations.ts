import type { Progress } from '../effects/index.ts';
import { callControl } from '../http/index.ts';
import { OPERATION_NAMES } from './operation-arguments.ts';
import type { OperationName, Operations } from './operations.ts';

/**
 * The operations as a thin client asks the directory's owner for them. The owner is of this very release.
 * @param socketOf where the owner listens that there is now
 */
export function clientOperations(socketOf: () => Promise<string>): Operations {
  const call = (operation: OperationName) => async (args: unknown, progress?: Progress) =>
    callControl(await socketOf(), operation, args, (step) => progress?.(step as Parameters<Progress>[0]));
  return Object.fromEntries(OPERATION_NAMES.map((name) => [name, call(name)])) as unknown as Operations;
}
