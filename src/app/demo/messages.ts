import type { FeatureBlock, Release, Round, SiteId } from '../../model/index.ts';

/** What a site's process is asked. */
export type SiteRequest =
  | { readonly what: 'make'; readonly dir: string }
  | {
      readonly what: 'report';
      readonly dir: string;
      readonly site: SiteId;
      readonly credential: string;
      readonly agreement: string;
      readonly devices: number;
      readonly aggregator: string;
      readonly round: Round;
    };

/** What a site tells the examiner, who alone knows everything. */
export interface SiteReported {
  readonly block: FeatureBlock;
  readonly reportBytes: number;
  readonly isAccepted: boolean;
}

/** What the key holder's process is asked. */
export type HolderRequest =
  | { readonly what: 'found'; readonly dir: string }
  | {
      readonly what: 'enrol';
      readonly dir: string;
      readonly sites: readonly { readonly site: SiteId; readonly key: string }[];
    }
  | { readonly what: 'release'; readonly dir: string; readonly aggregator: string; readonly round: Round };

/** Of `enrol`: credentials in the order of the sites. */
export interface HolderEnrolled {
  readonly credentials: readonly string[];
}

export interface HolderReleased {
  readonly release: Release;
}
