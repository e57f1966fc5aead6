import { askOperation, ControlError, type ControlOperation } from '../http/index.ts';
import { JournalError } from '../journal/index.ts';
import { type IngestArgs, type OperationName, OperationError, type Progress } from './operations.ts';
import type { OwnedOperations } from './owned-operations.ts';

/** What the owner carries out for its thin clients. Arguments come from the same release over a socket that only the operator can open. */
export function controlOperations(
  operations: () => Promise<OwnedOperations>,
): Record<OperationName, ControlOperation> {
  const relay =
    (run: (owned: OwnedOperations, args: never, progress: Progress) => Promise<unknown>): ControlOperation =>
    async (args, progress) => {
      try {
        return await run(await operations(), args as never, progress);
      } catch (error) {
        throw isExpected(error) ? new ControlError(error.code, error.message) : error;
      }
    };
  return {
    ask: async (args, progress) => askOperation((await operations()).reader)(args, progress),
    ingest: relay((owned, args: IngestArgs, progress) => {
      refuseStandardInput(args);
      return owned.ingest(args, progress);
    }),
    simulate: relay((owned, args, progress) => owned.simulate(args, progress)),
    inventory_import: relay((owned, args) => owned.inventory_import(args)),
    enrol: relay((owned, args) => owned.enrol(args)),
    merge: relay((owned, args) => owned.merge(args)),
    split: relay((owned, args) => owned.split(args)),
    feed_import: relay((owned, args) => owned.feed_import(args)),
    policy_apply: relay((owned, args) => owned.policy_apply(args)),
    doctor: relay((owned) => owned.doctor({})),
    status: relay((owned, args) => owned.status(args)),
  };
}

/** Failures that are worded for the operator; anything else is a fault. */
function isExpected(error: unknown): error is OperationError | JournalError {
  return error instanceof OperationError || error instanceof JournalError;
}

/** A client's standard input is not the owner's. */
function refuseStandardInput({ paths }: IngestArgs): void {
  if (!paths.includes('-')) return;
  throw new OperationError(
    'no_standard_input',
    'Another process owns the data directory, and standard input does not reach it: give a file instead of "-".',
  );
}
