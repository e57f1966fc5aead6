import type { z } from 'zod';
import type { Progress } from '../effects/index.ts';
import { DiskFull } from '../files/index.ts';
import { askOperation, ControlError, type ControlOperation, type FeedIntake } from '../http/index.ts';
import { JournalError } from '../journal/index.ts';
import { type PostureReader, wordIssue } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { ARGUMENTS, OPERATION_NAMES } from './operation-arguments.ts';
import type { IngestArgs, OperationName } from './operations.ts';
import type { OwnedOperations } from './owned-operations.ts';

/**
 * What the owner of a data directory carries out for its thin clients.
 * @param standing answers before the operations are there, from a state that is being brought up to date
 */
export function controlOperations(
  operations: () => Promise<OwnedOperations>,
  standing: () => PostureReader | null = () => null,
): Record<OperationName, ControlOperation> {
  const relay =
    (name: OperationName): ControlOperation =>
    async (args, progress) => {
      const parsed = ARGUMENTS[name].safeParse(args);
      if (!parsed.success) throw invalid(name, parsed.error.issues, args);
      try {
        if (name === 'ingest') refuseStandardInput((parsed.data as unknown as IngestArgs).paths);
        // The arguments are of this operation's form: ARGUMENTS has one for each.
        const run = (await operations())[name] as (args: unknown, progress: Progress) => Promise<unknown>;
        return await run(parsed.data, progress);
      } catch (error) {
        throw isExpected(error) ? new ControlError(error.code, error.message) : error;
      }
    };
  const relayed = Object.fromEntries(OPERATION_NAMES.map((name) => [name, relay(name)]));
  return {
    ...(relayed as Record<OperationName, ControlOperation>),
    ask: async (args, progress) => askOperation(standing() ?? (await operations()).reader)(args, progress),
  };
}

/** Where feeds come in by HTTP, with the words of the operations. */
export function feedIntake(operations: () => Promise<OwnedOperations>): FeedIntake {
  return async ({ name, bytes, ...said }) => {
    try {
      return await (await operations()).intel_take({ ...said, name, bytes });
    } catch (error) {
      throw isExpected(error) ? new ControlError(error.code, error.message) : error;
    }
  };
}

function invalid(name: OperationName, issues: readonly z.core.$ZodIssue[], args: unknown): ControlError {
  // Who says it is not the caller's to say.
  const allowed = Object.keys(ARGUMENTS[name].shape).filter((each) => each !== 'actor');
  const wrong = issues.map((issue) => wordIssue(issue, allowed, args));
  return new ControlError('invalid_arguments', wrong.join(' '));
}

/** Failures that are worded for the operator; anything else is a fault. */
function isExpected(error: unknown): error is OperationError | JournalError | DiskFull {
  return error instanceof OperationError || error instanceof JournalError || error instanceof DiskFull;
}

/** A client's standard input is not the owner's. */
function refuseStandardInput(paths: readonly string[]): void {
  if (!paths.includes('-')) return;
  throw new OperationError(
    'no_standard_input',
    'Another process owns the data directory, and standard input does not reach it: give a file instead of "-".',
  );
}
