import type { FeedWords, FetchWords } from '../config/index.ts';
import type { FeedFormatName, FeedId, WarningEffect } from '../model/index.ts';
import type { AdvisoryFormat } from '../vulnerabilities/index.ts';

export interface IntelImportArgs extends FeedWords, FetchWords {
  /** Absolute; files, folders read to their depth, and URLs. */
  readonly paths: readonly string[];
  /** Under which the one path is known; `null`: its name. */
  readonly id: string | null;
  /** The URLs are of TAXII servers; that of a collection is known by its form. */
  readonly taxii: boolean;
  /** Which of a TAXII server's collections, by id, alias or title. */
  readonly collection: string | null;
  /** Also where another place holds the id. */
  readonly replace: boolean;
  readonly actor: string;
}

/** One feed that comes with the request. */
export interface IntelTakeArgs extends FeedWords {
  readonly bytes: Buffer;
  readonly name: string;
  readonly replace: boolean;
  readonly actor: string;
}

/**
 * - `active`: it replaced what was known under its id, if anything was.
 * - `unchanged`: it says what was active already.
 * - `nothing_listed`: well-formed, lists nothing, and was not known: nothing was kept of it.
 * - `broken`: it could not be taken; what was active under its id stays.
 * - `not_intel`: it is no feed, no warning list, names no attackers, and says nothing of vulnerabilities.
 */
export type IntelFileState = 'active' | 'unchanged' | 'nothing_listed' | 'broken' | 'not_intel';

export interface IntelFile {
  readonly path: string;
  readonly id: string;
  readonly kind: 'feed' | 'warning_list' | 'actor_names' | 'advisories' | null;
  readonly state: IntelFileState;
  readonly format: FeedFormatName | 'misp_warninglist' | 'actor_catalogue' | AdvisoryFormat | null;
  /** The feed's own date. */
  readonly as_of: string | null;
  readonly records: number;
  readonly indicators: number;
  readonly refused: number;
  readonly reasons: Readonly<Record<string, number>>;
  /** The first refused lines (1-based; of JSON the record), never their content. */
  readonly refusals: readonly { readonly line: number; readonly reason: string }[];
  readonly skipped: number;
  readonly skips: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** Why nothing was taken, or what of it was not. */
  readonly message: string | null;
}

export interface IntelImport {
  readonly files: readonly IntelFile[];
  readonly records: number;
  readonly indicators: number;
  readonly refused: number;
  /** Files that were meant and could not be taken. */
  readonly broken: number;
  readonly seconds: number;
}

/** Where feeds are fetched from, or a folder that is watched, and how that goes. */
export interface IntelSourceReport {
  /** Of its feed; of a folder that of the entry, its feeds begin with it. */
  readonly id: string;
  readonly kind: 'url' | 'taxii' | 'folder';
  /** When it was last found as its source has it, whether or not that was new. */
  readonly last_fetched: string | null;
  readonly last_tried: string;
  /** When a running server looks again; `null` where none does by itself. */
  readonly next: string | null;
  /** In a row. */
  readonly failures: number;
  /** Of the last failure, while there is one: what was active stays. Without a failure, what is missing nevertheless. */
  readonly problem: string | null;
}

export interface IntelListing {
  readonly sources: readonly IntelSourceReport[];
  readonly actor_names: readonly (Placed & {
    readonly id: string;
    readonly name: string;
    readonly actors: number;
  })[];
  readonly warning_lists: readonly (Placed & {
    readonly id: string;
    readonly name: string;
    readonly effect: WarningEffect;
    readonly as_of: string | null;
    readonly entries: number;
  })[];
  readonly feeds: readonly (Placed & {
    readonly id: FeedId;
    readonly format: FeedFormatName;
    readonly lineage: string;
    /** The feed that lists the same, or nearly: both count once. */
    readonly same_content_as: FeedId | null;
    readonly as_of: string;
    readonly indicators: number;
  })[];
}

interface Placed {
  /** Where it came from, without a secret; `null` where that is not known. */
  readonly place: string | null;
}
