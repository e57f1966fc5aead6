import type { Authentication, Clear } from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { isCredentialError } from '../kerberos-errors.ts';
import { body, type EveMapping, exchange } from './eve-record.ts';

/** What Suricata writes where the message has no such name. */
const NOTHING = '<empty>';

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
  return type === 'KRB_ERROR' && isCredentialError(krb.text('error_code') ?? '') ? 'failure' : 'unknown';
}
