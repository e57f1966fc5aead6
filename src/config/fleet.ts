import { resolve } from 'node:path';
import { z } from 'zod';

/** This Stance as one of a tenant's sites. Paths are absolute; what was agreed on is in the folder of the keys. */
export interface FleetConfig {
  /** As `stance site init` and `site join` made it. */
  readonly keys: string;
  /** Where reports are sent. */
  readonly aggregator: URL;
  /** Where the key holder's releases lie: a file, a folder of them, or a URL; `null`: they are imported by hand. */
  readonly releases: string | URL | null;
}

const FOLDER = 'must be the path of the folder that stance site join filled';
const URL_RULE = 'must be a URL such as https://aggregator.example:7118, without user, password and fragment';
const PLACE = 'must be a file, a folder or a URL where the key holder puts its releases';
const YES_OR_NO = 'must be true or false';

export const fleet = z.strictObject({
  keys: z.string(FOLDER).min(1, FOLDER).max(1_024, FOLDER),
  aggregator: z.string(URL_RULE).max(2_048, URL_RULE).refine(isPlainUrl, URL_RULE),
  releases: z.string(PLACE).min(1, PLACE).max(2_048, PLACE).nullable().default(null),
  allow_http: z.boolean(YES_OR_NO).default(false),
});
type WrittenFleet = z.infer<typeof fleet>;

/** What is wrong although each field is well formed: field and complaint. */
export function fleetContradictions({
  aggregator,
  releases,
  allow_http: allowHttp,
}: WrittenFleet): readonly (readonly [field: string, rule: string])[] {
  const rule =
    'must begin with https: (or set allow_http: true): without it who reports, and when, can be seen';
  const complaints: (readonly [string, string])[] = [];
  if (!allowHttp && aggregator.startsWith('http:')) complaints.push(['aggregator', rule]);
  if (!allowHttp && releases?.startsWith('http:') === true) complaints.push(['releases', rule]);
  if (releases !== null && /^https?:/.test(releases) && !isPlainUrl(releases))
    complaints.push(['releases', URL_RULE]);
  return complaints;
}

export function fleetOf({ keys, aggregator, releases }: WrittenFleet, base: string): FleetConfig {
  const isUrl = releases !== null && /^https?:/.test(releases);
  return {
    keys: resolve(base, keys),
    aggregator: new URL(aggregator),
    releases: releases === null ? null : isUrl ? new URL(releases) : resolve(base, releases),
  };
}

function isPlainUrl(text: string): boolean {
  const place = URL.parse(text);
  if (place === null) return false;
  const { protocol, username, password, hash } = place;
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}
