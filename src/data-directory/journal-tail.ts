// The tail of the journal: what a start replays, since it came after the newest snapshot.

/** What makes the records since the newest snapshot many. */
export interface TailRule {
  readonly events: number;
  /** Whole segments of the journal (64 MB). */
  readonly segments: number;
  /** Listings of which tables were built: a table of a million, after each of five changes, is five million. */
  readonly listings: number;
}

/** Where a snapshot stands, and what had been taken in by then. */
export interface SnapshotMark {
  /** It stands after records 0 to `records` − 1. */
  readonly records: number;
  readonly events: number;
  /** See `DerivedState.relisted`, of this process. */
  readonly relisted: number;
}
