import { BlockList, isIPv6 } from 'node:net';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const;
const WILDCARDS = new Set(['0.0.0.0', '::', '']);

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

export interface BindingRequest {
  /** An address or name to listen on. */
  readonly host: string;
  readonly port: number;
  /** PEM files, already read; `null` where none are configured. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** The operator says that a proxy in front ends TLS. */
  readonly behindTlsProxy: boolean;
  /** At least one token is configured. */
  readonly tokensConfigured: boolean;
  /** Names by which clients reach this server, without port, besides the loopback names. */
  readonly allowedHosts: readonly string[];
}

export interface Binding {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | null;
  /** Lower case; what Host and Origin may name. */
  readonly allowedHosts: readonly string[];
  readonly tokensRequired: boolean;
}

export type BindingDecision =
  | { readonly ok: true; readonly binding: Binding }
  /** One sentence per thing that is missing, each with what to do. */
  | { readonly ok: false; readonly reasons: readonly string[] };

/**
 * Whether and how Stance may listen. On loopback without tokens it is open to this machine. Anything that another
 * machine can reach (another address, or loopback behind a proxy) needs TLS, tokens and the names it is called by.
 * Once a token is configured it is required everywhere: making one never leaves a side door open.
 */
export function decideBinding(request: BindingRequest): BindingDecision {
  const local = isLoopback(request.host);
  const reachable = !local || request.behindTlsProxy;
  const named = [
    ...request.allowedHosts,
    ...(local || WILDCARDS.has(request.host) ? [] : [inUrl(request.host)]),
  ];
  const reasons = reachable ? missing(request, named) : [];
  if (reasons.length > 0) return { ok: false, reasons };
  const allowedHosts = [...new Set([...LOOPBACK_NAMES, ...named].map((name) => name.toLowerCase()))];
  const tokensRequired = reachable || request.tokensConfigured;
  const { host, port, tls } = request;
  return { ok: true, binding: { host, port, tls, allowedHosts, tokensRequired } };
}

function missing(
  { host, tls, behindTlsProxy, tokensConfigured }: BindingRequest,
  named: readonly string[],
): string[] {
  const reasons: string[] = [];
  if (tls === null && !behindTlsProxy) {
    reasons.push(`Listening on ${host} needs TLS: give a certificate and key file, or --behind-tls-proxy.`);
  }
  if (!tokensConfigured) {
    reasons.push(`Listening on ${host} needs at least one token: "stance token create NAME --scope read".`);
  }
  if (named.length === 0) {
    reasons.push(`Listening on ${host} needs allowed_hosts: the names by which clients reach this server.`);
  }
  return reasons;
}

export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  try {
    return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
  } catch {
    return false;
  }
}

/** Whether a URL leads to this machine alone. */
export function isOfLoopback({ hostname }: URL): boolean {
  return isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** Where a server on this host is reached. */
export function urlOf(protocol: 'http' | 'https', { host, port }: { host: string; port: number }): string {
  return `${protocol}://${inUrl(host)}:${port}`;
}

/** As it stands in a URL and in a Host header: an IPv6 address in brackets (RFC 3986 §3.2.2). */
function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
