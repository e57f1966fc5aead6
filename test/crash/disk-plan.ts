/** What the product does with a file that it keeps, by the room to which the file belongs. */
export type DiskCall =
  | 'journal.open'
  | 'journal.write'
  | 'journal.sync'
  | 'journal.truncate'
  | 'journal.remove'
  | 'journal.syncDirectory'
  | 'snapshot.open'
  | 'snapshot.write'
  | 'snapshot.sync'
  | 'snapshot.rename'
  | 'snapshot.remove'
  | 'snapshot.syncDirectory'
  | 'history.commit';

/** What is to happen at one call of a process; handed over in the environment. */
export interface DiskPlan {
  /** The process that serves, or the one that writes its snapshots. */
  readonly process: 'owner' | 'follower';
  readonly call: DiskCall;
  /** So many calls go well before. */
  readonly after: number;
  readonly what: /** kill -9, of oneself or of the process that serves. `within` a write leaves half of it behind. */
    | { readonly kill: 'before' | 'within' | 'after'; readonly victim: 'self' | 'owner' | 'both' }
    | { readonly fail: 'EIO' | 'ENOSPC'; readonly times: number };
}

/** Where a process finds its {@link DiskPlan}, in JSON. */
export const DISK_PLAN = 'TEST_DISK_PLAN';
