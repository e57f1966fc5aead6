import type { DeviceDoors, EstDesk, JudgeClient } from '../../http/index.ts';
import type { SiteId } from '../../model/index.ts';
import type { IdentityConfig } from '../config.ts';
import type { Effects } from '../effects.ts';
import type { FleetState } from '../fleet-state.ts';
import { ClientCertificates } from './client-certificates.ts';
import { EnrolmentByEst } from './est-desk.ts';
import { isPkiError } from './pki-words.ts';

interface DoorsOfDevices {
  readonly doors: DeviceDoors;
  /** The history is in: certificates are judged from now on. */
  open(state: FleetState): void;
}

/** Where devices show certificates and ask for them. Before the history is in nobody is known, and so nobody believed. */
export function deviceDoors(
  rules: IdentityConfig,
  { dir, site }: { readonly dir: string; readonly site: SiteId },
  effects: Effects,
): DoorsOfDevices {
  let clients: ClientCertificates | null = null;
  let desk: EstDesk | null = null;
  const judge: JudgeClient = async (shown, from) => {
    try {
      if (clients === null) return { kind: 'starting' };
      const { kind, device } = await clients.judge(shown, from);
      return kind === 'device' ? { kind, device } : { kind, device };
    } catch (cause) {
      if (isPkiError(cause)) return { kind: 'refused', device: null };
      throw cause;
    }
  };
  return {
    doors: { judge, desk: () => desk },
    open: (state) => {
      clients = new ClientCertificates(state, site, effects);
      desk = new EnrolmentByEst(state, { dir, rules }, clients, effects);
    },
  };
}
