import { resolve } from 'node:path';
import { z } from 'zod';
import {
  type FeedId,
  HOUR_MS,
  INTEL_FORMATS,
  MINUTE_MS,
  NAME_PATTERN,
  THREAT_CATEGORIES,
} from '../model/index.ts';
import type { FeedWords, FetchWords, TaxiiOrigin } from './feed-words.ts';

/** A feed that the configuration names. Paths are absolute; a secret is named, never written. */
export type FeedConfig = FeedFileConfig | FetchedFeedConfig | WatchedFolderConfig;

interface FeedCommon {
  readonly id: FeedId;
  readonly words: FeedWords;
}

/** Read at each start. */
export interface FeedFileConfig extends FeedCommon {
  readonly kind: 'path';
  readonly path: string;
}

/** Fetched by `stance serve`, again and again. */
export interface FetchedFeedConfig extends FeedCommon {
  readonly kind: 'fetched';
  readonly origin: { readonly kind: 'url'; readonly url: URL } | TaxiiOrigin;
  readonly everyMs: number;
  readonly fetching: FetchWords;
}

/** Its files are feeds, for as long as they are there. */
export interface WatchedFolderConfig extends FeedCommon {
  readonly kind: 'folder';
  readonly folder: string;
}

const ID = 'must be a name of at most 64 letters, digits, ".", "_" and "-"';
const FOLDER_ID_CHARS = 32;
const PATH = 'must be the path of a file or folder';
const SHARE = 'must be a number from 0 to 1';
const EVERY = 'must be a time such as 30m or 6h, from 5m to 168h';
const URL_RULE = 'must be a URL such as https://feeds.example/list.txt, without user, password and fragment';
const VARIABLE = 'must be the name of an environment variable, such as FEED_TOKEN';
const YES_OR_NO = 'must be true or false';
const USER = 'must be a user name without ":"';
const COLLECTION = 'must be the id, alias or title of a collection';

const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, `must be one of ${words.join(', ')}`);
const path = z.string(PATH).min(1, PATH).max(1_024, PATH).nullable().default(null);
const url = z.string(URL_RULE).max(2_048, URL_RULE).refine(isPlainUrl, URL_RULE).nullable().default(null);

export const feed = z.strictObject({
  id: z.string(ID).regex(NAME_PATTERN, ID),
  path,
  url,
  taxii: url,
  folder: path,
  collection: z.string(COLLECTION).min(1, COLLECTION).max(256, COLLECTION).nullable().default(null),
  every: z
    .string(EVERY)
    .refine((text) => everyMs(text) !== null, EVERY)
    .nullable()
    .default(null),
  format: oneOf(INTEL_FORMATS).default('auto'),
  category: oneOf(THREAT_CATEGORIES).nullable().default(null),
  confidence: z.number(SHARE).min(0, SHARE).max(1, SHARE).nullable().default(null),
  lineage: z.string(ID).regex(NAME_PATTERN, ID).nullable().default(null),
  user: z
    .string(USER)
    .regex(/^[^:\r\n]{1,256}$/, USER)
    .nullable()
    .default(null),
  secret_file: path,
  secret_env: z
    .string(VARIABLE)
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, VARIABLE)
    .nullable()
    .default(null),
  ca: path,
  allow_private: z.boolean(YES_OR_NO).default(false),
  allow_http: z.boolean(YES_OR_NO).default(false),
});
type WrittenFeed = z.infer<typeof feed>;

const ORIGINS = ['path', 'url', 'taxii', 'folder'] as const;
/** What only some origins have a use for. */
const ONLY_FOR: Readonly<Partial<Record<keyof WrittenFeed, readonly string[]>>> = {
  collection: ['taxii'],
  every: ['url', 'taxii'],
  format: ['path', 'url', 'folder'],
  user: ['url', 'taxii'],
  secret_file: ['url', 'taxii'],
  secret_env: ['url', 'taxii'],
  ca: ['url', 'taxii'],
  allow_private: ['url', 'taxii'],
  allow_http: ['url', 'taxii'],
};

/** What is wrong with a feed although each of its fields is well formed: field and complaint. */
export function feedContradictions(
  written: WrittenFeed,
): readonly (readonly [field: string, rule: string])[] {
  const origins = ORIGINS.filter((each) => written[each] !== null);
  const [origin] = origins;
  if (origin === undefined || origins.length > 1)
    return [
      [origins[1] ?? 'path', `must be given, or one of the others of ${ORIGINS.join(', ')}, and one only`],
    ];
  const complaints: (readonly [string, string])[] = [];
  for (const [field, allowed] of Object.entries(ONLY_FOR)) {
    const value = written[field as keyof WrittenFeed];
    const isSet = value !== null && value !== false && value !== 'auto';
    if (isSet && !allowed.includes(origin))
      complaints.push([field, `is for feeds with ${allowed.join(' or ')} only, and this one has ${origin}`]);
  }
  const place = written.url ?? written.taxii;
  if (place !== null && !place.startsWith('https:') && !written.allow_http)
    complaints.push([origin, 'must begin with https: (or set allow_http: true)']);
  if (written.secret_file !== null && written.secret_env !== null)
    complaints.push(['secret_env', 'is too much beside secret_file: one of them says where the secret is']);
  if (written.user !== null && written.secret_file === null && written.secret_env === null)
    complaints.push(['user', 'needs secret_file or secret_env: where the password is']);
  if (origin === 'folder' && written.id.length > FOLDER_ID_CHARS)
    complaints.push([
      'id',
      `must have at most ${FOLDER_ID_CHARS} characters: the ids of its feeds begin with it`,
    ]);
  return complaints;
}

/** So often, where nothing is said. */
const DEFAULT_EVERY_MS = 6 * HOUR_MS;

export function feedOf(written: WrittenFeed, base: string): FeedConfig {
  const { format, category, confidence, lineage, collection } = written;
  const common = { id: written.id as FeedId, words: { format, category, confidence, lineage } };
  if (written.path !== null) return { ...common, kind: 'path', path: resolve(base, written.path) };
  if (written.folder !== null) return { ...common, kind: 'folder', folder: resolve(base, written.folder) };
  const place = new URL(written.url ?? written.taxii ?? '');
  return {
    ...common,
    kind: 'fetched',
    origin: written.url === null ? { kind: 'taxii', url: place, collection } : { kind: 'url', url: place },
    everyMs: (written.every === null ? null : everyMs(written.every)) ?? DEFAULT_EVERY_MS,
    fetching: {
      allowPrivate: written.allow_private,
      allowHttp: written.allow_http,
      ca: written.ca === null ? null : resolve(base, written.ca),
      credentials: credentialsOf(written, base),
    },
  };
}

function credentialsOf(written: WrittenFeed, base: string): FetchWords['credentials'] {
  const { user, secret_file: file, secret_env: variable } = written;
  if (file !== null) return { user, secret: { file: resolve(base, file) } };
  return variable === null ? null : { user, secret: { variable } };
}

const LEAST_MS = 5 * MINUTE_MS;
const MOST_MS = 168 * HOUR_MS;

function everyMs(text: string): number | null {
  const [, digits, unit] = /^(\d{1,5})([mh])$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const ms = Number(digits) * (unit === 'h' ? HOUR_MS : MINUTE_MS);
  return ms >= LEAST_MS && ms <= MOST_MS ? ms : null;
}

function isPlainUrl(text: string): boolean {
  const place = URL.parse(text);
  if (place === null) return false;
  const { protocol, username, password, hash } = place;
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}
