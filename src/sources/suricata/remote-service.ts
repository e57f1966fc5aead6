import type {
  Authentication,
  Clear,
  Observation,
  RemoteService,
  RemoteServiceUse,
  SoftwareSeen,
} from '../../model/index.ts';
import type { JsonFields } from '../json-fields.ts';
import { skip } from '../json-line.ts';
import { body, type EveMapping, type EveRecord, exchange } from './eve-record.ts';
import { rpcInterface } from './rpc-interfaces.ts';

/** An application protocol of which only its use matters. */
export function mapUse(service: RemoteService): EveMapping {
  return (record) => use(record, service, null);
}

/** What Suricata tells of one RDP session after its opening, each in a record of its own. */
const FURTHER_RDP: ReadonlySet<string> = new Set([
  'initial_response',
  'connect_request',
  'connect_response',
  'tls_handshake',
]);

/** A session is told up to five times; its opening counts, so that one attempt to sign in is one. */
export const mapRdp: EveMapping = (record) => {
  const rdp = body(record, 'rdp');
  const step = rdp?.text('event_type') ?? null;
  return step !== null && FURTHER_RDP.has(step) ? skip(`rdp ${step}`) : use(record, 'rdp', null);
};

export const mapDceRpc: EveMapping = (record) => {
  const rpc = body(record, 'dcerpc');
  return rpc === null ? null : use(record, 'dce_rpc', interfaceIn(rpc));
};

/** Both sides' banners name their software; of a banner only `Product_1.2p3` enters. */
export const mapSsh: EveMapping = (record) => {
  const ssh = body(record, 'ssh');
  const uses = use(record, 'ssh', null);
  if (ssh === null || uses === null) return null;
  const [session] = uses;
  const client = softwareIn(ssh.child('client'));
  const server = softwareIn(ssh.child('server'));
  const { time, provenance, from, to } = session;
  const seen: SoftwareSeen<Clear>[] = [];
  if (client !== null)
    seen.push({ kind: 'software', time, provenance, host: from, role: 'ssh_client', ...client });
  if (server !== null)
    seen.push({ kind: 'software', time, provenance, host: to, role: 'ssh_server', ...server });
  return [session, ...seen];
};

/** An SMB command; a session set-up with NTLM is a sign-in as well. */
export const mapSmb: EveMapping = (record) => {
  const smb = body(record, 'smb');
  if (smb === null) return null;
  const rpc = smb.child('dcerpc');
  const operation = rpc === null ? shareKind(smb.text('share')) : interfaceIn(rpc);
  const uses: readonly Observation[] | null = use(record, 'smb', operation);
  const signIn = signInOf(record, smb);
  return uses === null || signIn === null ? uses : [...uses, signIn];
};

function use(
  record: EveRecord,
  service: RemoteService,
  operation: string | null,
): readonly [RemoteServiceUse<Clear>] | null {
  const common = exchange(record);
  return common === null ? null : [{ kind: 'remote_service', ...common, service, operation }];
}

function interfaceIn(rpc: JsonFields): string | null {
  for (const bound of rpc.children('interfaces')) {
    const name = rpcInterface(bound.text('uuid'));
    if (name !== null) return name;
  }
  return null;
}

/** The administrative shares of Windows: `ADMIN$`, one per drive, and `IPC$` for named pipes. */
function shareKind(share: string | null): string | null {
  if (share === null) return null;
  const name = share.slice(share.lastIndexOf('\\') + 1).toLowerCase();
  if (name === 'ipc$') return 'ipc_share';
  return name === 'admin$' || /^[a-z]\$$/.test(name) ? 'admin_share' : null;
}

function softwareIn(side: JsonFields | null): { readonly product: string; readonly version: string } | null {
  const banner = side?.text('software_version') ?? null;
  const parts = /^([A-Za-z][A-Za-z0-9.]{0,31})[_-]([0-9][0-9A-Za-z.]{0,31})(?![0-9A-Za-z.])/.exec(
    banner ?? '',
  );
  const [, product, version] = parts ?? [];
  return product === undefined || version === undefined ? null : { product, version };
}

/** NT status codes by which a server turns a sign-in down ([MS-ERREF] §2.3.1). */
const SIGN_IN_FAILURES: ReadonlySet<string> = new Set([
  'STATUS_LOGON_FAILURE',
  'STATUS_WRONG_PASSWORD',
  'STATUS_NO_SUCH_USER',
  'STATUS_ACCOUNT_RESTRICTION',
  'STATUS_INVALID_LOGON_HOURS',
  'STATUS_INVALID_WORKSTATION',
  'STATUS_PASSWORD_EXPIRED',
  'STATUS_PASSWORD_MUST_CHANGE',
  'STATUS_ACCOUNT_DISABLED',
  'STATUS_ACCOUNT_EXPIRED',
  'STATUS_ACCOUNT_LOCKED_OUT',
  'STATUS_LOGON_TYPE_NOT_GRANTED',
  'STATUS_ACCESS_DENIED',
]);

/** An empty user is the anonymous session, which is nobody's sign-in. */
function signInOf(record: EveRecord, smb: JsonFields): Authentication<Clear> | null {
  const ntlm = smb.child('ntlmssp');
  const user = ntlm?.text('user') ?? null;
  const common = exchange(record);
  if (ntlm === null || user === null || common === null) return null;
  const domain = ntlm.text('domain');
  const status = smb.text('status') ?? '';
  const failed = SIGN_IN_FAILURES.has(status);
  return {
    kind: 'authentication',
    ...common,
    service: 'ntlm',
    account: domain === null ? user : `${domain}\\${user}`,
    outcome: failed ? 'failure' : status === 'STATUS_SUCCESS' ? 'success' : 'unknown',
    attempts: null,
    mfa: null,
  };
}
