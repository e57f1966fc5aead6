import { resolve } from 'node:path';
import { z } from 'zod';
import { NAME_PATTERN, SEVERITIES, type Severity } from '../model/index.ts';
import { SYSLOG_FACILITIES, type SyslogFacility } from '../outputs/index.ts';

/** Where findings go. Paths are absolute; a secret is named, never written. */
export type OutputConfig = WebhookConfig | SyslogConfig;

interface OutputCommon {
  readonly id: string;
  readonly minLevel: Severity;
  /** Where a sink begins that has no cursor yet. */
  readonly begin: 'now' | 'oldest';
  readonly timeoutMs: number;
  /** PEM file of the authorities that are believed instead of Node's own. */
  readonly ca: string | null;
}

export interface WebhookConfig extends OutputCommon {
  readonly type: 'webhook';
  readonly url: string;
  readonly secret: { readonly file: string } | { readonly variable: string };
  readonly allowPrivate: boolean;
}

export interface SyslogConfig extends OutputCommon {
  readonly type: 'syslog';
  readonly transport: 'tls' | 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly facility: SyslogFacility;
  readonly hostname: string;
}

const ID = 'must be a name of at most 64 letters, digits, ".", "_" and "-"';
const PATH = 'must be the path of a file';
const PORT = 'must be a whole number from 1 to 65535';
const TIMEOUT = 'must be a number of seconds from 1 to 300';
const VARIABLE = 'must be the name of an environment variable, such as SOC_WEBHOOK_SECRET';
const URL_RULE =
  'must be a URL such as https://soc.example/hooks/stance, without user, password and fragment';
const HOST = 'must be an address or a host name, without port';
const HOSTNAME = 'must be at most 255 printable ASCII characters without spaces';
const YES_OR_NO = 'must be true or false';
const oneOf = <const T extends readonly [string, ...string[]]>(words: T) =>
  z.enum(words, `must be one of ${words.join(', ')}`);
const path = z.string(PATH).min(1, PATH).max(1_024, PATH);

const COMMON = {
  id: z.string(ID).regex(NAME_PATTERN, ID),
  min_level: oneOf(SEVERITIES).default('low'),
  begin: oneOf(['now', 'oldest']).default('now'),
  timeout_seconds: z.number(TIMEOUT).min(1, TIMEOUT).max(300, TIMEOUT).default(10),
  ca: path.nullable().default(null),
};

export const webhook = z.strictObject({
  ...COMMON,
  type: z.literal('webhook'),
  url: z.string(URL_RULE).max(2_048, URL_RULE).refine(isPlainUrl, URL_RULE),
  secret_file: path.nullable().default(null),
  secret_env: z
    .string(VARIABLE)
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, VARIABLE)
    .nullable()
    .default(null),
  allow_private: z.boolean(YES_OR_NO).default(false),
  allow_http: z.boolean(YES_OR_NO).default(false),
});

export const syslog = z.strictObject({
  ...COMMON,
  type: z.literal('syslog'),
  transport: oneOf(['tls', 'tcp', 'udp']).default('tls'),
  host: z.string(HOST).min(1, HOST).max(253, HOST),
  port: z.int(PORT).min(1, PORT).max(65_535, PORT).nullable().default(null),
  facility: oneOf(SYSLOG_FACILITIES).default('local0'),
  hostname: z
    .string(HOSTNAME)
    .regex(/^[\x21-\x7e]{1,255}$/, HOSTNAME)
    .default('-'),
});

export const output = z.discriminatedUnion('type', [webhook, syslog], 'must be one of webhook, syslog');
type WrittenOutput = z.infer<typeof output>;

/** What is wrong with a sink although each of its fields is well formed: field and complaint. */
export function sinkContradictions(
  written: WrittenOutput,
): readonly (readonly [field: string, rule: string])[] {
  if (written.type === 'syslog') {
    const isUnused = written.ca !== null && written.transport !== 'tls';
    return isUnused ? [['ca', `is for transport: tls only, and transport is ${written.transport}`]] : [];
  }
  const { url, allow_http, secret_file, secret_env } = written;
  const complaints: (readonly [string, string])[] = [];
  if (!url.startsWith('https:') && !allow_http)
    complaints.push([
      'url',
      'must begin with https: (or set allow_http: true, for a receiver on this machine)',
    ]);
  if ((secret_file === null) === (secret_env === null))
    complaints.push([
      'secret_file',
      'or secret_env must be given, one of them: where the secret of the signature is',
    ]);
  return complaints;
}

/** RFC 5425 and RFC 5426; for plain TCP there is none, and 601 is customary (syslog-conn). */
const PORTS = { tls: 6_514, udp: 514, tcp: 601 } as const;

export function outputOf(written: WrittenOutput, base: string): OutputConfig {
  const { id, begin } = written;
  const common = {
    id,
    begin,
    minLevel: written.min_level,
    timeoutMs: Math.round(written.timeout_seconds * 1_000),
    ca: written.ca === null ? null : resolve(base, written.ca),
  };
  if (written.type === 'syslog') {
    const { type, transport, host, facility, hostname } = written;
    return { ...common, type, transport, host, port: written.port ?? PORTS[transport], facility, hostname };
  }
  const { type, url, secret_file: file, secret_env: variable, allow_private: allowPrivate } = written;
  const secret = file === null ? { variable: variable ?? '' } : { file: resolve(base, file) };
  return { ...common, type, url, secret, allowPrivate };
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}
