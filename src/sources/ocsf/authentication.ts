import type { Authentication, AuthenticationService, Clear } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { skip } from '../json-line.ts';
import { instant, isBlocked, type OcsfMapping, optionalEndpoint } from './ocsf-record.ts';

const LOGOFF = 2;
const SYSTEM_ACCOUNT = 3;

/** Authentication (3002): sign-ins and Kerberos tickets. A sign-out proves nothing and is passed over. */
export const mapAuthentication: OcsfMapping = (record) => {
  const { fields, provenance } = record;
  if (fields.count('activity_id') === LOGOFF) return skip('authentication: logoff');
  const time = instant(record);
  const user = fields.require('user', fields.child('user'));
  if (time === null || user === null) return null;
  const authentication: Authentication<Clear> = {
    kind: 'authentication',
    time,
    provenance,
    from: optionalEndpoint(fields, 'src_endpoint'),
    to: optionalEndpoint(fields, 'dst_endpoint'),
    service: serviceOf(fields),
    account: accountOf(user),
    outcome: outcomeOf(fields),
    attempts: fields.count('count'),
    mfa: fields.flag('is_mfa'),
  };
  return [authentication];
};

/**
 * The strongest identity there is: mail address (a UPN to all who sign in with it), a name that states
 * its realm, domain and name, the bare name, the directory's id. `SYSTEM` and its like are the machine
 * itself, nobody's account.
 */
function accountOf(user: JsonFields): string | null {
  const mail = user.text('email_addr');
  const name = user.text('name');
  const domain = user.text('domain');
  const id = user.text('uid');
  const found = mail?.includes('@') === true ? mail : named(name, domain);
  const account = user.require('name', found ?? id);
  return user.count('type_id') === SYSTEM_ACCOUNT && account?.endsWith('$') === false ? null : account;
}

function named(name: string | null, domain: string | null): string | null {
  if (name === null || domain === null || /[@\\]/.test(name)) return name;
  return `${domain}\\${name}`;
}

function outcomeOf(fields: JsonFields): Authentication<Clear>['outcome'] {
  const status = fields.count('status_id');
  if (isBlocked(fields) || status === 2) return 'failure';
  return status === 1 ? 'success' : 'unknown';
}

/** `auth_protocol_id`, as far as it tells what was signed in to. */
const BY_PROTOCOL: ReadonlyMap<number, AuthenticationService> = new Map([
  [1, 'ntlm'],
  [2, 'kerberos'],
  [4, 'sso'], // OpenID
  [5, 'sso'], // SAML
  [6, 'sso'], // OAuth 2.0
]);
/** `logon_type_id`: interactive at the machine itself, and remote. */
const BY_LOGON_TYPE: ReadonlyMap<number, AuthenticationService> = new Map([
  [2, 'console'],
  [7, 'console'],
  [10, 'rdp'],
  [11, 'console'],
  [12, 'rdp'],
  [13, 'console'],
]);
const BY_NAME: ReadonlyMap<string, AuthenticationService> = new Map([
  ['ssh', 'ssh'],
  ['sshd', 'ssh'],
  ['vpn', 'vpn'],
  ['rdp', 'rdp'],
  ['ftp', 'ftp'],
  ['smtp', 'smtp'],
  ['smb', 'smb'],
  ['http', 'http'],
  ['sso', 'sso'],
]);

/** A logon type says more than the protocol beneath it: a remote desktop signs in by Kerberos, too. */
function serviceOf(fields: JsonFields): AuthenticationService {
  const logonType = BY_LOGON_TYPE.get(fields.count('logon_type_id') ?? -1);
  const name = BY_NAME.get(fields.child('service')?.text('name')?.toLowerCase() ?? '');
  const protocol = BY_PROTOCOL.get(fields.count('auth_protocol_id') ?? -1);
  return logonType ?? name ?? protocol ?? 'other';
}
