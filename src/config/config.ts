import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { AnchorKind, Fleet, SensorId, SiteId } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import { type ConfigComplaint, contradictions, wordIssue } from './complaints.ts';
import { type FeedConfig, feedOf } from './feeds.ts';
import { readConfigFile, type WrittenConfig } from './file.ts';
import { type FleetConfig, fleetOf } from './fleet.ts';
import { type OutputConfig, outputOf } from './outputs.ts';
import { ConfigFile, sensorId, siteOf } from './schema.ts';
import type { SignerCommand } from './signer.ts';

/** All that an operator can set. Paths are absolute. */
export interface StanceConfig extends Fleet {
  /** The file that it was read from; `null` where there is none. */
  readonly file: string | null;
  readonly listen: ListenConfig;
  readonly inventory: string | null;
  readonly policies: string | null;
  readonly feeds: readonly FeedConfig[];
  /** Followed by `stance serve`. */
  readonly sources: readonly SourceConfig[];
  readonly retention: RetentionConfig;
  /** Files of authorities that are believed from the start. */
  readonly anchors: readonly AnchorConfig[];
  /** How devices get certificates; `null`: nobody is asked for one. */
  readonly identity: IdentityConfig | null;
  /** Where `stance serve` sends findings. */
  readonly outputs: readonly OutputConfig[];
  /** As one of a tenant's sites; `null`: nothing is sent to anybody. */
  readonly fleet: FleetConfig | null;
}

/** Devices that show certificates, and get them from this Stance. */
export interface IdentityConfig {
  /** Names of this Stance in the `aud` of workloads' tokens; none: no such token is believed. */
  readonly audiences: readonly string[];
  readonly approval: 'automatic' | 'manual';
  readonly certificateDays: number;
  /** What signs for the authority; `null`: its key is a file of the data directory. */
  readonly signer: SignerCommand | null;
}

/** A file of authorities, and whose they are. */
export interface AnchorConfig {
  readonly file: string;
  readonly kind: Exclude<AnchorKind, 'own'>;
  readonly name: string | null;
  /** Exactly where the kind is `spiffe`. */
  readonly trustDomain: string | null;
}

/** What is kept of what was. */
export interface RetentionConfig {
  /** Records older than this may go, once snapshots hold what follows from them. */
  readonly journalDays: number;
  /** A journal larger than this loses its oldest segments early; `null`: no bound but age. */
  readonly journalBytes: number | null;
  /** History, anomalies, verdicts, audit. */
  readonly historyDays: number;
  /** A user whom nobody has seen for so long is forgotten. */
  readonly userDays: number;
  /** Accounts are sealed under a new key after so long; `null`: only when somebody says so. */
  readonly keyDays: number | null;
  /** For so long after that they are found by the key before, too. */
  readonly keyOverlapDays: number;
}

interface ListenConfig {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly behindTlsProxy: boolean;
  readonly allowedHosts: readonly string[];
}

export interface SourceConfig {
  readonly type: 'zeek_folder';
  readonly path: string;
  readonly site: SiteId;
  readonly sensor: SensorId;
}

/** One value that did not come from the file. */
export interface Setting {
  /** As in the file, e.g. `listen.port`. */
  readonly field: string;
  readonly value: unknown;
  /** The variable or flag, for errors. */
  readonly from: string;
  /** Relative to where the command runs, not to the file. */
  readonly isPath: boolean;
}

export interface ConfigRequest {
  readonly dir: string;
  /** Another file than `DIR/stance.yaml`; then it must exist. */
  readonly file: string | null;
  readonly environment: readonly Setting[];
  readonly flags: readonly Setting[];
}

const FILE_NAME = 'stance.yaml';

/**
 * The configuration in force: a flag wins over the environment, the environment over the file, the file over the
 * default. Strict and whole: every mistake is told at once, and one is enough to stop.
 * @throws OperationError `invalid_configuration`
 */
export function loadConfig(request: ConfigRequest): StanceConfig {
  const file = resolve(request.file ?? join(request.dir, FILE_NAME));
  const settings = [...request.environment, ...request.flags];
  const origins = new Map(settings.map(({ field, from }) => [field, from]));
  const written = readWritten(file, request.file !== null);
  const content = settings.reduce(overlay, written.content);
  const parsed = ConfigFile.safeParse(content);
  const complaints = parsed.success
    ? contradictions(parsed.data)
    : parsed.error.issues.flatMap((issue) => wordIssue(issue, content));
  if (complaints.length === 0 && parsed.success) {
    return { file: existsSync(file) ? file : null, ...configOf(parsed.data, dirname(file)) };
  }
  const lines = complaints.map((complaint) => `${origin(complaint, origins, written)}: ${complaint.text}`);
  throw new OperationError('invalid_configuration', [...new Set(lines)].join('\n'));
}

function readWritten(file: string, isNamed: boolean): WrittenConfig {
  if (!existsSync(file)) {
    if (isNamed)
      throw new OperationError('invalid_configuration', `The configuration file ${file} does not exist.`);
    return { content: {}, where: () => file };
  }
  return readConfigFile(file, readText(file));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperationError('invalid_configuration', `${file} cannot be read: ${reason}.`, { cause });
  }
}

/** `content` with one value put at `field`; a mapping that is something else in the file is left for the schema to refuse. */
function overlay(content: unknown, { field, value, isPath }: Setting): unknown {
  const put = (into: unknown, [key = '', ...rest]: readonly string[]): unknown => {
    if (into !== undefined && into !== null && (typeof into !== 'object' || Array.isArray(into))) return into;
    const before: unknown = into === undefined || into === null ? undefined : Reflect.get(into, key);
    const placed = isPath && typeof value === 'string' ? resolve(value) : value;
    return { ...into, [key]: rest.length === 0 ? placed : put(before, rest) };
  };
  return put(content, field.split('.'));
}

/** The flag or variable that gave the field, or its line in the file. */
function origin(
  complaint: ConfigComplaint,
  origins: ReadonlyMap<string, string>,
  written: WrittenConfig,
): string {
  const keys = complaint.keys.map(String);
  for (let length = keys.length; length > 0; length--) {
    const from = origins.get(keys.slice(0, length).join('.'));
    if (from !== undefined) return from;
  }
  return written.where(complaint.keys);
}

/** Unless the journal is kept for longer. */
const USER_DAYS = 400;

function configOf(written: ConfigFile, base: string): Omit<StanceConfig, 'file'> {
  const placed = (path: string) => resolve(base, path);
  const { listen, feeds, sources, retention, identity, trust } = written;
  const sites = written.sites.map(siteOf);
  const [firstSite] = sites;
  return {
    tenant: written.tenant,
    sites,
    domains: Object.fromEntries(
      Object.entries(written.domains).map(([realm, domain]) => [realm.toLowerCase(), domain.toLowerCase()]),
    ),
    listen: {
      host: listen.host,
      port: listen.port,
      tls: listen.tls === null ? null : { cert: placed(listen.tls.cert), key: placed(listen.tls.key) },
      behindTlsProxy: listen.behind_tls_proxy,
      allowedHosts: listen.allowed_hosts,
    },
    inventory: written.inventory === null ? null : placed(written.inventory),
    policies: written.policies === null ? null : placed(written.policies),
    feeds: feeds.map((each) => feedOf(each, base)),
    sources: sources.flatMap((source) => {
      const site = source.site === null ? firstSite : sites.find(({ id }) => id === source.site);
      if (site === undefined) return [];
      return [
        { type: source.type, path: placed(source.path), site: site.id, sensor: sensorId(source.sensor) },
      ];
    }),
    retention: {
      journalDays: retention.journal_days,
      journalBytes: retention.journal_bytes,
      historyDays: retention.history_days,
      userDays: retention.user_days ?? Math.max(USER_DAYS, retention.journal_days),
      keyDays: retention.key_days,
      keyOverlapDays: retention.key_overlap_days,
    },
    identity:
      identity === null
        ? null
        : {
            approval: identity.approval,
            certificateDays: identity.certificate_days,
            audiences: identity.audiences,
            signer:
              identity.signer === null
                ? null
                : {
                    command: identity.signer.command,
                    timeoutSeconds: identity.signer.timeout_seconds,
                  },
          },
    anchors: trust.anchors.map(({ file, kind, name, trust_domain: trustDomain }) => {
      return { file: placed(file), kind, name, trustDomain };
    }),
    outputs: written.outputs.map((each) => outputOf(each, base)),
    fleet: written.fleet === null ? null : fleetOf(written.fleet, base),
  };
}
