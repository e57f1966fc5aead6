import { isIPv6 } from 'node:net';
import { z } from 'zod';
import {
  formatNetwork,
  isTrustDomain,
  NAME_PATTERN,
  parseNetwork,
  type SensorId,
  type Site,
  type SiteId,
} from '../model/index.ts';
import { feed } from './feeds.ts';
import { fleet } from './fleet.ts';
import { output, syslog, webhook } from './outputs.ts';

const PORT = 'must be a whole number from 0 to 65535';
const HOUR = 'must be a whole hour from 0 to 24';
const NAME = 'must be a name of at most 64 letters, digits, ".", "_" and "-"';
const NETWORK = 'must be an address or a CIDR block such as 10.0.0.0/8';
const LIST = 'must be a list';
const KEPT_DAYS = 'must be a whole number of days from 1 to 36500';
const KEPT_BYTES = 'must be a whole number of bytes from 268435456 (256 MiB)';
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const DEFAULT_PORT = 7117;
const DEFAULT_HOST = '127.0.0.1';

const text = (what: string) => z.string(what).min(1, what).max(1_024, what);
const path = text('must be the path of a file or folder');
const HOST = 'must be an address or a host name, without scheme, port and path';
/** As it is bound: brackets are for URLs. */
const host = z.string(HOST).transform((written, context) => bare(written) ?? refused(context, HOST));
/** As it stands in a Host header. */
const allowedHost = host.transform((name) => (isIPv6(name) ? `[${name}]` : name));
const list = <T extends z.ZodType>(item: T) =>
  z.array(item, LIST).max(10_000, 'must have at most 10000 entries');
const name = z.string(NAME).regex(NAME_PATTERN, NAME);
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, `must be one of ${words.join(', ')}`);

const network = z.string(NETWORK).transform((written, context) => {
  const parsed = parseNetwork(written);
  if (parsed !== null) return formatNetwork(parsed);
  return refused(context, NETWORK);
});

function refused(context: z.RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
}

const HOST_NAME = /^[A-Za-z0-9._-]{1,253}$/;

/** A name or an address without brackets; `null` for what is neither. */
function bare(written: string): string | null {
  const inner = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  if (isIPv6(inner)) return inner;
  return HOST_NAME.test(written) ? written : null;
}

const TIME_ZONE = 'must be an IANA time zone such as Europe/Berlin';
const timeZone = z.string(TIME_ZONE).refine(isTimeZone, TIME_ZONE);

const workWeek = z.strictObject({
  days: list(oneOf(DAYS)).default(['mon', 'tue', 'wed', 'thu', 'fri']),
  from_hour: z.int(HOUR).min(0, HOUR).max(24, HOUR).default(8),
  to_hour: z.int(HOUR).min(0, HOUR).max(24, HOUR).default(18),
});

const site = z.strictObject({
  id: name,
  networks: list(network).nullable().default(null),
  time_zone: timeZone.default('UTC'),
  work_week: workWeek.prefault({}),
  shared: list(network).default([]),
});

const tls = z.strictObject({ cert: path, key: path });

const listen = z.strictObject({
  host: host.default(DEFAULT_HOST),
  port: z.int(PORT).min(0, PORT).max(65_535, PORT).default(DEFAULT_PORT),
  tls: tls.nullable().default(null),
  behind_tls_proxy: z.boolean('must be true or false').default(false),
  allowed_hosts: list(allowedHost).default([]),
});

const source = z.strictObject({
  type: oneOf(['zeek_folder']),
  path,
  site: name.nullable().default(null),
  sensor: name.default('zeek'),
});

const keptDays = z.int(KEPT_DAYS).min(1, KEPT_DAYS).max(36_500, KEPT_DAYS);

const retention = z.strictObject({
  journal_days: keptDays.default(30),
  /** Four segments: with less there would be nothing to drop. */
  journal_bytes: z.int(KEPT_BYTES).min(268_435_456, KEPT_BYTES).nullable().default(null),
  history_days: keptDays.default(400),
  /** `null`: 400, or as long as the journal. */
  user_days: keptDays.nullable().default(null),
  key_days: keptDays.nullable().default(null),
  key_overlap_days: keptDays.default(30),
});

const COMMAND = 'must be a program with its arguments, as a list';
const SIGNER_SECONDS = 'must be a whole number of seconds from 1 to 60';
const AUDIENCE = "must be a name of this Stance in the tokens' aud, e.g. stance.example.com";
const TRUST_DOMAIN = 'must be a trust domain, e.g. example.org';
const CERTIFICATE_DAYS = 'must be a whole number of days from 1 to 825';

const signer = z.strictObject({
  command: list(text(COMMAND)).min(1, COMMAND),
  timeout_seconds: z.int(SIGNER_SECONDS).min(1, SIGNER_SECONDS).max(60, SIGNER_SECONDS).default(10),
});

const identity = z.strictObject({
  approval: oneOf(['automatic', 'manual']).default('automatic'),
  certificate_days: z.int(CERTIFICATE_DAYS).min(1, CERTIFICATE_DAYS).max(825, CERTIFICATE_DAYS).default(90),
  audiences: list(text(AUDIENCE)).default([]),
  signer: signer.nullable().default(null),
});

const anchor = z.strictObject({
  file: path,
  kind: oneOf(['customer', 'vendor', 'spiffe']),
  name: name.nullable().default(null),
  trust_domain: z.string(TRUST_DOMAIN).refine(isTrustDomain, TRUST_DOMAIN).nullable().default(null),
});

const trust = z.strictObject({ anchors: list(anchor).default([]) });

/** The file as it is written: snake_case keys, weekdays by name. */
export const ConfigFile = z.strictObject({
  tenant: name.default('default'),
  sites: list(site)
    .min(1, 'must name at least one site')
    .prefault([{ id: 'default' }]),
  domains: z.record(z.string(), text('must be a domain name'), 'must map realms to domains').default({}),
  listen: listen.prefault({}),
  inventory: path.nullable().default(null),
  policies: path.nullable().default(null),
  feeds: list(feed).default([]),
  sources: list(source).default([]),
  retention: retention.prefault({}),
  identity: identity.nullable().default(null),
  trust: trust.prefault({}),
  outputs: list(output).default([]),
  fleet: fleet.nullable().default(null),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

/** Where → the keys that are known there, for suggestions. Indices are written `[]`. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(ConfigFile.shape),
  'sites[]': Object.keys(site.shape),
  'sites[].work_week': Object.keys(workWeek.shape),
  listen: Object.keys(listen.shape),
  'listen.tls': Object.keys(tls.shape),
  'feeds[]': Object.keys(feed.shape),
  'sources[]': Object.keys(source.shape),
  retention: Object.keys(retention.shape),
  identity: Object.keys(identity.shape),
  'identity.signer': Object.keys(signer.shape),
  trust: Object.keys(trust.shape),
  'trust.anchors[]': Object.keys(anchor.shape),
  fleet: Object.keys(fleet.shape),
  'outputs[]': [...new Set([...Object.keys(webhook.shape), ...Object.keys(syslog.shape)])],
};

export function siteOf(written: ConfigFile['sites'][number]): Site {
  const { days, from_hour, to_hour } = written.work_week;
  return {
    id: written.id as SiteId,
    networks: written.networks,
    timeZone: written.time_zone,
    workWeek: { days: days.map((day) => DAYS.indexOf(day) + 1), fromHour: from_hour, toHour: to_hour },
    shared: written.shared,
  };
}

export const sensorId = (written: string): SensorId => written as SensorId;

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
