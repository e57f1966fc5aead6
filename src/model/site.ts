import type { SensorId, SiteId } from './ids.ts';

/** The telemetry of one place: its networks, its time zone, its work week. */
export interface Site {
  readonly id: SiteId;
  /** CIDR blocks whose addresses are this site's own; `null`: private ranges plus what the sensor itself calls local. */
  readonly networks: readonly string[] | null;
  /** IANA time zone, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** Days on which people work, 1 = Monday … 7 = Sunday, and their hours in local time. */
  readonly workWeek: { readonly days: readonly number[]; readonly fromHour: number; readonly toHour: number };
  /** Addresses that stand for many machines (NAT, proxy, VPN pool): never baselined as one device. */
  readonly shared: readonly string[];
}

/** Private and link-local ranges (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6, RFC 6598). */
export const PRIVATE_NETWORKS: readonly string[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
];

export interface Fleet {
  readonly tenant: string;
  readonly sites: readonly Site[];
  /** Realms and NT domains that mean the same people: `{ "ACME": "acmecorp.com" }`, keys in lower case. */
  readonly domains: Readonly<Record<string, string>>;
}

export type { SensorId, SiteId };
