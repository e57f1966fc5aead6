import type { HttpErrorCode } from './errors.ts';

/** Host = uri-host [ ":" port ] (RFC 9110 §7.2), without the forms that nobody sends honestly. */
const HOST = /^(?<name>\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/;

/**
 * The guard against DNS rebinding: a page of another site may resolve its own name to this machine, but it cannot
 * change the Host and Origin that the browser sends. Requests without Origin come from no page.
 */
export function refuseForeign(
  headers: { readonly host?: string | undefined; readonly origin?: string | undefined },
  allowedHosts: readonly string[],
): HttpErrorCode | null {
  const name = HOST.exec(headers.host?.toLowerCase() ?? '')?.groups?.['name'];
  if (name === undefined || !allowedHosts.includes(name)) return 'host_not_allowed';
  if (headers.origin === undefined) return null;
  return allowedHosts.includes(originName(headers.origin)) ? null : 'origin_not_allowed';
}

/** The host of `https://host:port`; empty for `null` and for anything that is no web origin. */
function originName(origin: string): string {
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return '';
  return new URL(origin).hostname;
}
