import type { IdentityConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import type { DeviceDoors, EstDesk, JudgeClient, JudgeToken } from '../http/index.ts';
import type { SiteId } from '../model/index.ts';
import type { AuthorityPlace } from './authority-files.ts';
import { ClientCertificates } from './client-certificates.ts';
import { EnrolmentByEst } from './est-desk.ts';
import { isPkiError } from './pki-words.ts';
import { Proofs } from './proofs.ts';
import { WorkloadTokens } from './workload-tokens.ts';

interface DoorsOfDevices {
  readonly doors: DeviceDoors;
  /** The history is in: certificates and tokens are judged from now on. */
  open(state: FleetState): void;
}

/**
 * Where devices show certificates and ask for them, and workloads show what their trust domain gave them. Before the history
 * is in nobody is known, and so nobody believed.
 */
export function deviceDoors(
  rules: IdentityConfig,
  { place, site }: { readonly place: AuthorityPlace; readonly site: SiteId },
  effects: Effects,
): DoorsOfDevices {
  let clients: ClientCertificates | null = null;
  let tokens: WorkloadTokens | null = null;
  let desk: EstDesk | null = null;
  const judge: JudgeClient = async (shown, from) => {
    try {
      return clients === null ? STARTING : await clients.judge(shown, from);
    } catch (cause) {
      if (isPkiError(cause)) return { kind: 'refused', prover: null };
      throw cause;
    }
  };
  const judgeToken: JudgeToken = async (token, from) =>
    tokens === null ? STARTING : tokens.judge(token, from);
  return {
    doors: { judge, judgeToken, desk: () => desk },
    open: (state) => {
      const proofs = new Proofs(state, site, effects);
      clients = new ClientCertificates(state, proofs, effects);
      tokens = new WorkloadTokens(state, rules.audiences, proofs, effects);
      desk = new EnrolmentByEst(state, { place, rules }, clients, effects);
    },
  };
}

const STARTING = { kind: 'starting' } as const;
