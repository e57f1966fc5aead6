import type { Progress } from './operations.ts';

/** What is asked of the privacy of a data directory. The keys are those of `POST /v1/privacy/…`. */
export interface PrivacyOperations {
  privacy_erase(args: EraseArgs, progress?: Progress): Promise<EraseResult>;
}

export interface EraseArgs {
  /** UPNs, or `usr_…` ids. */
  readonly users: readonly string[];
  readonly actor: string;
}

export interface EraseResult {
  /** How many people were forgotten. */
  readonly erased: number;
  /** The journal begins here now, and the state of this moment is all that is kept of before. */
  readonly journal_begins: number;
  readonly state_hash: string;
  /** What an erasure cannot reach, for the operator to see to. */
  readonly out_of_reach: readonly string[];
}
