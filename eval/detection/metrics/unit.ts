/** One thing that is judged: a positive or a benign one, and what a detector gave it. */
export interface Unit {
  /** Whose it is: what the bootstrap draws. */
  readonly entity: string;
  /** Which attack, or which destination. */
  readonly what: string;
  readonly isPositive: boolean;
  /** The larger, the more suspicious; −∞ where the detector said nothing. */
  readonly score: number;
  /** Of a positive: its share of one attack on one host, so that a long trace counts no more than a short one. 1 otherwise. */
  readonly weight: number;
}
