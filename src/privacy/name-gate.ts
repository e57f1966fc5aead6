import {
  type Address,
  DAY_MS,
  type Event,
  type Fingerprint,
  LIMITS,
  type SealedName,
} from '../model/index.ts';
import { Generations } from './generations.ts';

/** Which names have become stable (contract §4). A function of the events alone: replay rebuilds it. */
export interface NameGate {
  /**
   * Notes that `client` used the name on `day` (days since 1970, UTC). True exactly once: when the name was
   * seen on three days or by three clients. A name not seen for long is forgotten and begins anew.
   */
  observe(fingerprint: Fingerprint, day: number, client: Address): boolean;
  /** Takes in an event from the journal as `observe` did when it was sealed. */
  replay(event: Event): void;
}

const STABLE_DAYS = 3;
const STABLE_CLIENTS = 3;

type Progress = { readonly days: number[]; readonly clients: Address[] } | 'stable';

export function createNameGate(remembered: number = LIMITS.unstableNames): NameGate {
  const names = new Generations<Fingerprint, Progress>(remembered);

  function observe(fingerprint: Fingerprint, day: number, client: Address): boolean {
    const progress = names.getOrMake(fingerprint, () => ({ days: [], clients: [] }));
    if (progress === 'stable') return false;
    const { days, clients } = progress;
    if (!days.includes(day)) days.push(day);
    if (!clients.includes(client)) clients.push(client);
    if (days.length < STABLE_DAYS && clients.length < STABLE_CLIENTS) return false;
    names.set(fingerprint, 'stable');
    return true;
  }

  function replay(event: Event): void {
    for (const name of namesOf(event)) {
      if (!mayBecomeStable(name) || !('from' in event) || event.from === null) continue;
      observe(name.fingerprint, dayOf(event.time), event.from.address);
      if (name.full !== undefined) names.set(name.fingerprint, 'stable');
    }
  }

  return { observe, replay };
}

/** A name that is its own registrable domain has nothing to reveal; a guarded one never is. */
export function mayBecomeStable(name: SealedName): boolean {
  return name.labels.count > 0 && name.guarded !== true;
}

export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** In the order in which sealing observes them. */
function namesOf(event: Event): readonly SealedName[] {
  const names: SealedName[] = [];
  if ('name' in event && event.name !== undefined) names.push(event.name);
  if (event.kind === 'dns' && event.query !== null) names.push(event.query);
  return names;
}
