/** Why something that came from outside was not taken. For the own log: the other side is told no reason. */
export type RefusalReason =
  | 'size'
  | 'malformed'
  | 'tenant'
  | 'key'
  | 'parameters'
  | 'cohorts'
  | 'round'
  | 'site'
  | 'signature'
  | 'hash'
  | 'beginning'
  | 'coefficient'
  | 'transparent'
  | 'duplicate'
  | 'count'
  | 'minimum_group'
  | 'few_sites'
  | 'complement'
  | 'opened_before'
  | 'contributions'
  | 'linear_check'
  | 'invariant';

/** A refusal inside; each door turns it into its one answer. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(`refused: ${reason}`);
    this.reason = reason;
  }
}
