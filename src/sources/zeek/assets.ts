import type { Protocol } from '../../model/index.ts';
import { identifier, protocol } from '../wire-values.ts';
import { host, type Mapping } from './fields.ts';
import type { ZeekRecord } from './record.ts';

/** A product's name as its maker writes it; longer or odder text is a banner or a user agent, not a name. */
const PRODUCT = /^[A-Za-z0-9][A-Za-z0-9 ._+-]{0,39}$/;

/**
 * Programs that say who they are in a user agent, as Zeek calls them: whoever runs one writes what he likes there, and no
 * user agent is kept. What a server calls itself its maker wrote.
 */
const USER_AGENTS: ReadonlySet<string> = new Set(
  [
    'Firefox, Chrome, Chromium, HeadlessChrome, Edge, Edg, Safari, MSIE, Opera, Opera Mini, Netscape',
    'Konqueror, Lynx, Links, Vivaldi, SeaMonkey, Android, Unspecified WebKit, Thunderbird',
    'Microsoft Outlook, Outlook Express, Apple Mail, Evolution, Mutt, KMail, Roundcube Webmail',
    'SquirrelMail, Flash, AdobeAIR, Java, Silverlight, curl, libcurl, Wget, aria2, libwww-perl',
    'lwp-request, Python-urllib, python-requests, aiohttp, httpx, okhttp, Apache-HttpClient',
    'Jakarta Commons-HttpClient, Go-http-client, Go http package, axios, node-fetch, undici, GuzzleHttp',
    'PostmanRuntime, Dalvik, CFNetwork, Microsoft-CryptoAPI, Microsoft BITS, Microsoft-WNS',
    'Microsoft-Delivery-Optimization, Windows-Update-Agent, WindowsPowerShell, WinHTTP, Debian APT-HTTP',
    'apt, urlgrabber, libdnf, git, docker, containerd, Prometheus, kube-probe, GoogleUpdate',
    'ShockwaveFlash',
  ].flatMap((line) => line.split(', ')),
);
/** What programs of HTTP, mail and telephony call themselves stands in a user agent, unless they serve. */
const BY_USER_AGENT = /^(?:http|smtp|sip)_(?!.*(?:server|web_application)$)/;

export const software: Mapping = (record, common) => {
  const at = host(record, 'host_p');
  if (at === null) return null;
  const role = identifier(record.text('software_type')?.replace('::', '_') ?? null);
  if (role === null) return record.refuse('missing_field', 'software_type');
  const product = record.text('name');
  if (product === null || !PRODUCT.test(product))
    return { kind: 'skip', what: 'software without a product name' };
  const isByUserAgent = BY_USER_AGENT.test(role);
  if (isByUserAgent && !USER_AGENTS.has(product))
    return { kind: 'skip', what: 'software that a user agent alone names' };
  return { kind: 'software', ...common, host: at, role, product, version: version(record, isByUserAgent) };
};

/** `7.9p1`, `4.10`: the parts that Zeek told apart; `unparsed_version` is the banner itself and is not read. Of a user agent no word. */
function version(record: ZeekRecord, isByUserAgent: boolean): string | null {
  const numbers = ['major', 'minor', 'minor2', 'minor3'].map((part) => record.count(`version.${part}`));
  const known = numbers.slice(0, Math.max(0, numbers.indexOf(null) < 0 ? 4 : numbers.indexOf(null)));
  if (known.length === 0) return null;
  const addition = record.text('version.addl');
  const release = known.join('.');
  if (addition === null || !/^[A-Za-z0-9._+-]{1,24}$/.test(addition)) return release;
  if (/^[a-z]{1,2}\d{0,2}$/.test(addition)) return `${release}${addition}`;
  return isByUserAgent ? release : `${release}-${addition}`;
}

export const knownHosts: Mapping = (record, common) => {
  const at = host(record);
  return at === null ? null : { kind: 'host', ...common, host: at };
};

export const knownServices: Mapping = (record, common) =>
  service(record, common, protocol(record.text('port_proto')), record.texts('service'));

/** A host that shows a certificate offers TLS there; the certificate itself comes with x509.log. */
export const knownCerts: Mapping = (record, common) => service(record, common, 'tcp', ['ssl']);

function service(
  record: ZeekRecord,
  common: Parameters<Mapping>[1],
  transport: Protocol,
  names: readonly string[],
): ReturnType<Mapping> {
  const at = host(record, 'port_num');
  if (at === null) return null;
  const services = names.map((name) => identifier(name)).filter((name) => name !== null);
  return { kind: 'service', ...common, host: at, protocol: transport, services };
}
