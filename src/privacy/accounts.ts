import type { Fleet, SealedAccount } from '../model/index.ts';

export interface Account {
  /** The one form in which all ways to write an account meet: `name@domain`, or a bare `name`. */
  readonly canonical: string;
  readonly nature: SealedAccount['nature'];
}

/** Accounts that are nobody. */
const NOBODY: ReadonlySet<string> = new Set([
  '',
  '-',
  'anonymous',
  'anonymous logon',
  'guest',
  '(empty)',
  '<unknown>',
]);
/** Windows' own name spaces of service identities. */
const SERVICE_DOMAINS: ReadonlySet<string> = new Set([
  'nt authority',
  'nt service',
  'iis apppool',
  'window manager',
  'font driver host',
]);
/** First components of Kerberos service principals (RFC 4120 §6.2.1 and Microsoft's list of SPN classes). */
const SERVICE_CLASSES: ReadonlySet<string> = new Set(
  (
    'krbtgt kadmin host restrictedkrbhost cifs http https ldap gc dns rpc rpcss mssqlsvc termsrv wsman nfs ftp imap ' +
    'pop smtp smtpsvc exchangemdb exchangerfr exchangeab vnc postgres kafka hdfs yarn hive zookeeper oracle sip'
  ).split(' '),
);

/**
 * Parses a UPN (`sarah@acmecorp.com`), a down-level name (`ACME\sarah`), a Kerberos principal (`sarah@ACME.COM`,
 * Zeek's `sarah/ACME.COM`, `host/db1.acme.com@ACME.COM`) or a bare name. Realms and NT domains become their
 * domain by `domains`; a bare name belongs to the fleet's domain where it has only one. `null` is nobody.
 */
export function parseAccount(text: string, domains: Fleet['domains']): Account | null {
  // Compared as directories do, without case.
  const folded = text.normalize('NFKC').toLowerCase().trim();
  const { name, domain } = splitAccount(folded);
  if (NOBODY.has(name)) return null;
  const service = SERVICE_CLASSES.has(name.split('/')[0] ?? '') && (name.includes('/') || name === 'krbtgt');
  const home =
    domain === null ? soleDomain(domains) : domain === '' || domain === '.' ? null : mapped(domain, domains);
  return {
    canonical: home === null ? name : `${name}@${home}`,
    nature:
      service || (domain !== null && SERVICE_DOMAINS.has(domain))
        ? 'service'
        : name.endsWith('$')
          ? 'machine'
          : 'person',
  };
}

/** The account's own part and its domain: `null` where none is written, `''` or `.` for this machine's own. */
function splitAccount(text: string): { readonly name: string; readonly domain: string | null } {
  const backslash = text.indexOf('\\');
  if (backslash >= 0) return { name: text.slice(backslash + 1), domain: text.slice(0, backslash) };
  const at = text.lastIndexOf('@');
  if (at > 0) return { name: text.slice(0, at), domain: text.slice(at + 1) };
  const parts = text.split('/');
  const last = parts.at(-1);
  if (parts.length < 2 || last === undefined) return { name: text, domain: null };
  // Zeek writes the realm after a slash: `sarah/ACME.COM`, `cifs/db1.acme.com/ACME.COM`; `host/db1` has none.
  const isService = SERVICE_CLASSES.has(parts[0] ?? '');
  if (isService && parts.length === 2 && parts[0] !== 'krbtgt') return { name: text, domain: null };
  return { name: parts.slice(0, -1).join('/'), domain: last };
}

function mapped(domain: string, domains: Fleet['domains']): string {
  return (Object.hasOwn(domains, domain) ? domains[domain]?.toLowerCase() : undefined) ?? domain;
}

function soleDomain(domains: Fleet['domains']): string | null {
  const targets = new Set(Object.values(domains).map((domain) => domain.toLowerCase()));
  const [first] = targets;
  return targets.size === 1 && first !== undefined ? first : null;
}
