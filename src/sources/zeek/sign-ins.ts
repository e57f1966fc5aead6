import type { Authentication, Clear } from '../../model/index.ts';
import { isCredentialError } from '../kerberos-errors.ts';
import { flow, type Mapping } from './fields.ts';

type SignInOutcome = Authentication<Clear>['outcome'];

/** Zeek guesses `auth_success` from packet sizes and leaves it unset where it cannot; ssh.log names no user. */
export const ssh: Mapping = (record, common) => {
  const ends = flow(record);
  if (ends === null) return null;
  return {
    kind: 'authentication',
    ...common,
    ...ends,
    service: 'ssh',
    account: null,
    outcome: outcome(record.bool('auth_success')),
    attempts: record.count('auth_attempts'),
    mfa: null,
  };
};

export const ntlm: Mapping = (record, common) => {
  const ends = flow(record);
  if (ends === null) return null;
  const name = record.text('username');
  const domain = record.text('domainname');
  return {
    kind: 'authentication',
    ...common,
    ...ends,
    service: 'ntlm',
    account: name === null || domain === null ? name : `${domain}\\${name}`,
    outcome: outcome(record.bool('success')),
    attempts: null,
    mfa: null,
  };
};

export const kerberos: Mapping = (record, common) => {
  const ends = flow(record);
  if (ends === null) return null;
  const success = record.bool('success');
  const error = record.text('error_msg');
  const isFailure = success === false && (error === null || isCredentialError(error));
  return {
    kind: 'authentication',
    ...common,
    ...ends,
    service: 'kerberos',
    account: principal(record.text('client')),
    outcome: success === false && !isFailure ? 'unknown' : outcome(success),
    attempts: null,
    mfa: null,
  };
};

/** Zeek writes `name/REALM`; the field's own form is `name@REALM` (RFC 1964 §2.1.1). The name may have slashes. */
function principal(client: string | null): string | null {
  if (client === null) return null;
  const slash = client.lastIndexOf('/');
  if (slash < 0) return client;
  const name = client.slice(0, slash);
  const realm = client.slice(slash + 1);
  if (name === '') return null;
  return realm === '' ? name : `${name}@${realm}`;
}

function outcome(success: boolean | null): SignInOutcome {
  if (success === null) return 'unknown';
  return success ? 'success' : 'failure';
}

/** Names that stand for nobody (RFC 1635; `<unknown>` is Zeek's own). */
const NO_ACCOUNT: ReadonlySet<string> = new Set(['anonymous', 'ftp', '<unknown>']);
const FTP_COMMANDS: ReadonlySet<string> = new Set(
  'ABOR ACCT ALLO APPE AUTH CDUP CWD DELE EPRT EPSV FEAT HELP LIST MDTM MKD MLSD MLST MODE NLST NOOP OPTS PASS PASV PORT PWD QUIT REIN REST RETR RMD RNFR RNTO SITE SIZE SMNT STAT STOR STOU STRU SYST TYPE USER'.split(
    ' ',
  ),
);

/** The replies by which a server ends a sign-in (RFC 959 §4.2, RFC 2228 §5.3; 430 is usage); all others are the use of a session. */
const FTP_SIGN_IN: ReadonlyMap<number, SignInOutcome> = new Map([
  [230, 'success'],
  [232, 'success'],
  [430, 'failure'],
  [530, 'failure'],
]);

export const ftp: Mapping = (record, common) => {
  const ends = flow(record);
  if (ends === null) return null;
  const signIn = FTP_SIGN_IN.get(record.count('reply_code') ?? 0);
  if (signIn === undefined) {
    const command = record.text('command');
    const operation = command !== null && FTP_COMMANDS.has(command) ? command : null;
    return { kind: 'remote_service', ...common, ...ends, service: 'ftp', operation };
  }
  const user = record.text('user');
  return {
    kind: 'authentication',
    ...common,
    ...ends,
    service: 'ftp',
    account: user === null || NO_ACCOUNT.has(user.toLowerCase()) ? null : user,
    outcome: signIn,
    attempts: null,
    mfa: null,
  };
};
