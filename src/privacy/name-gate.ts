import {
  type Address,
  DAY_MS,
  type Event,
  type Fingerprint,
  LIMITS,
  type SealedName,
  type Stateful,
  type StateReader,
  type StateWriter,
} from '../model/index.ts';
import { Generations } from './generations.ts';

/** Which names have become stable (contract §4). A function of the events alone: replay rebuilds it. */
export interface NameGate extends Stateful {
  /**
   * Notes that `client` used the name on `day` (days since 1970, UTC). True exactly once: when the name was
   * seen on three days or by three clients. A name not seen for long is forgotten and begins anew.
   */
  observe(fingerprint: Fingerprint, day: number, client: Address): boolean;
  /** Takes in an event from the journal as `observe` did when it was sealed. */
  replay(event: Event): void;
  /** From here on, what is observed can be taken back. */
  mark(): void;
  /** What was observed since the mark did not become a record after all. */
  takeBack(): void;
}

const STABLE_DAYS = 3;
const STABLE_CLIENTS = 3;

type Progress = { readonly days: readonly number[]; readonly clients: readonly Address[] } | 'stable';

export function createNameGate(remembered: number = LIMITS.unstableNames): NameGate {
  const names = new Generations<Fingerprint, Progress>(remembered);

  function observe(fingerprint: Fingerprint, day: number, client: Address): boolean {
    const progress = names.getOrMake(fingerprint, () => ({ days: [], clients: [] }));
    if (progress === 'stable') return false;
    const days = including(progress.days, day);
    const clients = including(progress.clients, client);
    const isStable = days.length >= STABLE_DAYS || clients.length >= STABLE_CLIENTS;
    if (isStable) names.set(fingerprint, 'stable');
    else if (days !== progress.days || clients !== progress.clients) {
      names.set(fingerprint, { days, clients });
    }
    return isStable;
  }

  function replay(event: Event): void {
    for (const name of namesOf(event)) {
      if (!mayBecomeStable(name) || !('from' in event) || event.from === null) continue;
      observe(name.fingerprint, dayOf(event.time), event.from.address);
      if (name.full !== undefined) names.set(name.fingerprint, 'stable');
    }
  }

  return {
    observe,
    replay,
    mark: () => names.mark(),
    takeBack: () => names.takeBack(),
    save: (to) => save(names, to),
    load: (from) => load(names, from),
  };
}

type Kept = readonly [Fingerprint, Progress];

function save(names: Generations<Fingerprint, Progress>, to: StateWriter): void {
  const { young, old } = names.entries();
  to.records('young', young);
  to.records('old', old);
}

function load(names: Generations<Fingerprint, Progress>, from: StateReader): void {
  names.restore({
    young: from.records('young') as Iterable<Kept>,
    old: from.records('old') as Iterable<Kept>,
  });
}

/** The list itself where it has the value: lists are shared with what a mark remembers, and never changed. */
function including<T>(list: readonly T[], value: T): readonly T[] {
  return list.includes(value) ? list : [...list, value];
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
