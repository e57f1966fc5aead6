export {
  type AnchorConfig,
  type IdentityConfig,
  loadConfig,
  type RetentionConfig,
  type Setting,
  type SourceConfig,
  type StanceConfig,
} from './config.ts';
export { type Environment, readEnvironment, readVariable } from './environment.ts';
export {
  type Credentials,
  type FeedWords,
  type FetchWords,
  NO_FETCH,
  type TaxiiOrigin,
  type UrlOrigin,
} from './feed-words.ts';
export type { FeedConfig, FeedFileConfig, FetchedFeedConfig, WatchedFolderConfig } from './feeds.ts';
export type { FleetConfig } from './fleet.ts';
export type { OutputConfig, SyslogConfig, WebhookConfig } from './outputs.ts';
export type { SignerCommand } from './signer.ts';
