import type { Authentication, Clear } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { body, type EveMapping, exchange } from './eve-record.ts';

/** What Suricata writes where the message has no such name. */
const NOTHING = '<empty>';
/** The server asks for pre-authentication first (RFC 4120 §3.1.3): a step of every sign-in, no failure. */
const ORDINARY_STEPS: ReadonlySet<string> = new Set([
  'KDC_ERR_PREAUTH_REQUIRED',
  'KDC_ERR_MORE_PREAUTH_DATA_REQUIRED',
  'KRB_ERR_RESPONSE_TOO_BIG',
]);

/** A ticket that a Kerberos KDC gave or refused. */
export const mapKerberos: EveMapping = (record) => {
  const krb = body(record, 'krb5');
  const common = exchange(record);
  if (krb === null || common === null) return null;
  const authentication: Authentication<Clear> = {
    kind: 'authentication',
    ...common,
    service: 'kerberos',
    account: principalIn(krb),
    outcome: outcomeOf(krb),
    attempts: null,
    mfa: null,
  };
  return [authentication];
};

function principalIn(krb: JsonFields): string | null {
  const name = krb.text('cname');
  const realm = krb.text('realm');
  if (name === null || name === NOTHING) return null;
  return realm === null || realm === NOTHING ? name : `${name}@${realm}`;
}

function outcomeOf(krb: JsonFields): Authentication<Clear>['outcome'] {
  const type = krb.text('msg_type');
  if (type === 'KRB_AS_REP' || type === 'KRB_TGS_REP') return 'success';
  if (type !== 'KRB_ERROR') return 'unknown';
  return ORDINARY_STEPS.has(krb.text('error_code') ?? '') ? 'unknown' : 'failure';
}
