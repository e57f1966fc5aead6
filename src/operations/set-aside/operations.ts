import type { SetAsideRecord } from '../../data-directory/index.ts';

/** The records that the engine failed on, and what is to become of them. */
export interface SetAsideOperations {
  set_aside_list(args: Record<string, never>): Promise<SetAsideList>;
  /** @returns all that is set aside */
  set_aside_retry(args: RetryArgs): Promise<SetAsideList>;
}

/** What the engine failed on, as an operator is told of it. */
export interface SetAsideAnswer extends Omit<SetAsideRecord, 'state'> {
  readonly applied_by_next_start: boolean;
  /** Why it cannot be tried again; `null` where it can. */
  readonly not_retried_as: string | null;
}

export interface SetAsideList {
  readonly records: readonly SetAsideAnswer[];
}

export interface RetryArgs {
  /** By number; `null`: all that can be tried again. */
  readonly record: number | null;
}
