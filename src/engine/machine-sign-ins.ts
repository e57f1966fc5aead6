import type { AccountUse, SignIn } from '../behavior/index.ts';
import { formatNetwork, parseNetwork } from '../model/index.ts';
import type {
  Address,
  Authentication,
  DeviceId,
  Endpoint,
  RemoteServiceUse,
  Role,
  Sealed,
} from '../model/index.ts';
import type { MachineSignIn } from './occurrence.ts';
import type { Surroundings } from './surroundings.ts';

const PROBES: ReadonlySet<Role> = new Set<Role>(['scanner', 'monitoring']);

/** What a sign-in says beside who took part in it. */
type Said = Pick<
  Authentication<Sealed>,
  'time' | 'provenance' | 'service' | 'outcome' | 'attempts' | 'mfa'
> & {
  readonly account: string | null;
};

/** A sign-in as the machines at its ends lived it, as far as they are ours. */
export function machineSignIns(
  event: Authentication<Sealed>,
  around: Surroundings,
): readonly MachineSignIn[] {
  const { from, to, account, ...said } = event;
  // A null session (MS-NLMP §3.2.5.1.2): nobody signed in.
  if (said.service === 'ntlm' && account === null) return [];
  return atBothEnds({ ...said, account: account?.fingerprint ?? null }, from, to, around);
}

/** A session of which nobody knows whether anybody was let in. */
export function sessionSignIns(
  { time, provenance, from, to }: RemoteServiceUse<Sealed>,
  service: 'ssh' | 'rdp',
  around: Surroundings,
): readonly MachineSignIn[] {
  const nothing = { account: null, outcome: 'unknown', attempts: null, mfa: null } as const;
  return atBothEnds({ time, provenance, service, ...nothing }, from, to, around);
}

function atBothEnds(
  { time, provenance, service, account, outcome, attempts, mfa }: Said,
  from: Endpoint | null,
  to: Endpoint | null,
  { directory }: Surroundings,
): readonly MachineSignIn[] {
  const { site } = provenance;
  const source = from === null ? null : directory.resolve(site, from, time);
  // Who let somebody in, or did not, has answered.
  const target =
    to === null
      ? null
      : outcome === 'unknown'
        ? directory.find(site, to, time)
        : directory.resolve(site, to, time);
  const roles = source === null ? [] : (directory.profile(source)?.roles ?? []);
  const facts = { time, provenance, service, account, outcome, attempts, mfa };
  const isProbe = roles.some((role) => PROBES.has(role));
  const lived = (
    entity: DeviceId | null,
    direction: SignIn['direction'],
    peer: DeviceId | null,
    other: Endpoint | null,
  ): readonly MachineSignIn[] => {
    if (entity === null) return [];
    const internal = peer !== null || (other !== null && directory.isLocal(site, other));
    const whom = { peer: peer ?? other?.address ?? null, display: other?.address ?? null, internal };
    return [{ kind: 'machine_sign_in', entity, time, signIn: { ...facts, isProbe, direction, ...whom } }];
  };
  return [...lived(source, 'outbound', target, to), ...lived(target, 'inbound', source, from)];
}

/** A sign-in as the account itself lived it: from a machine of ours, or from a network outside. */
export function accountUse(
  event: Authentication<Sealed>,
  device: DeviceId | null,
  { directory }: Surroundings,
): Omit<AccountUse, 'hour' | 'isWorkHour'> {
  const { time, provenance, service, account, outcome, attempts, mfa, from } = event;
  const internal = device !== null || (from !== null && directory.isLocal(provenance.site, from));
  const address = from?.address ?? null;
  const place = device ?? (address === null ? null : internal ? address : networkOf(address));
  const facts = { time, provenance, service, outcome, attempts, mfa, internal, isProbe: false };
  return {
    place,
    isService: account?.nature === 'service',
    signIn: {
      ...facts,
      account: account?.fingerprint ?? null,
      direction: 'inbound',
      peer: place,
      display: address,
    },
  };
}

/** What one line of one provider is likely to move about in; nothing is known of where on earth it is. */
function networkOf(address: Address): string {
  const network = parseNetwork(`${address}/${address.includes(':') ? 48 : 24}`);
  return network === null ? address : formatNetwork(network);
}
