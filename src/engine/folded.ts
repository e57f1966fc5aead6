import { type BehaviorClaim, SignInHabits } from '../behavior/index.ts';
import type { EntityId, StateReader, Stateful, StateWriter } from '../model/index.ts';
import { SignIns } from '../trust/index.ts';
import type { Adoption } from './belongings.ts';
import { HandedDown } from './handed-down.ts';
import type { Histories, MovingHistory } from './histories.ts';
import { SoftwareOf } from './software.ts';

/** A history with places and numbers in place of what changed hands. */
interface Numbered extends Omit<MovingHistory, 'behavior' | 'signIns' | 'habits' | 'software'> {
  /** The partition in whose behaviours it is, and its row there. */
  readonly behavior: readonly [partition: number, row: number] | null;
  readonly signIns: number | null;
  /** Absent where an older release wrote it down. */
  readonly habits?: number | null;
  readonly software: number | null;
}

/** What was folded by merges, by the id that gave way: to be parted again by a split. */
export class Folded implements Stateful {
  readonly #adoptions = new Map<EntityId, Adoption>();
  /** Of every partition. */
  readonly #histories: readonly Histories[];

  constructor(histories: readonly Histories[]) {
    this.#histories = histories;
  }

  keep(from: EntityId, adoption: Adoption): void {
    this.#adoptions.set(from, adoption);
  }

  take(from: EntityId): Adoption | null {
    const adoption = this.#adoptions.get(from) ?? null;
    this.#adoptions.delete(from);
    return adoption;
  }

  /** Policies speak of something else: what was counted under the old ones is no longer given back. */
  forgetCoverage(): void {
    for (const [from, { coverage: _, belongings, ...rest }] of this.#adoptions) {
      const { coverage: __, ...kept } = belongings;
      this.#adoptions.set(from, { ...rest, belongings: kept });
    }
  }

  ids(): readonly EntityId[] {
    return [...this.#adoptions.keys()];
  }

  save(to: StateWriter): void {
    const signIns = new HandedDown<SignIns>();
    const habits = new HandedDown<SignInHabits>();
    const software = new HandedDown<SoftwareOf>();
    const adoptions = [...this.#adoptions].map(([from, adoption]) => {
      const { history } = adoption.belongings;
      return [
        from,
        withHistory<Numbered>(adoption, {
          ...history,
          behavior: this.#placeOf(history.behavior),
          signIns: signIns.number(history.signIns),
          habits: habits.number(history.habits),
          software: software.number(history.software),
        }),
      ];
    });
    to.records('adoptions', adoptions);
    to.records(
      'signIns',
      signIns.write(this.#lived('signIns'), (each) => each.snapshot()),
    );
    to.records(
      'habits',
      habits.write(this.#lived('habits'), (each) => each.said()),
    );
    to.records(
      'software',
      software.write(this.#lived('software'), (each) => each.snapshot()),
    );
  }

  /** After the partitions were loaded. */
  load(from: StateReader): void {
    const signIns = new HandedDown<SignIns>();
    const software = new HandedDown<SoftwareOf>();
    signIns.read(from.records('signIns'), this.#lived('signIns'), SignIns.of);
    const habits = new HandedDown<SignInHabits>();
    if (from.has('habits')) habits.read(from.records('habits'), this.#lived('habits'), SignInHabits.of);
    software.read(from.records('software'), this.#lived('software'), SoftwareOf.of);
    for (const each of from.records('adoptions')) {
      const [id, adoption] = each as [EntityId, ReturnType<typeof withHistory<Numbered>>];
      const { history } = adoption.belongings;
      this.keep(
        id,
        withHistory<MovingHistory>(adoption, {
          ...history,
          behavior: this.#claimTo(history.behavior),
          signIns: signIns.thing(history.signIns),
          habits: habits.thing(history.habits ?? null),
          software: software.thing(history.software),
        }),
      );
    }
  }

  #placeOf(claim: BehaviorClaim | null): Numbered['behavior'] {
    if (claim === null) return null;
    return [this.#histories.findIndex(({ behaviors }) => behaviors === claim.home), claim.row];
  }

  #claimTo(place: Numbered['behavior']): BehaviorClaim | null {
    return place === null ? null : (this.#histories[place[0]]?.behaviors.claimTo(place[1]) ?? null);
  }

  #lived<K extends 'signIns' | 'habits' | 'software'>(what: K): ReturnType<Histories['lived']>[K][] {
    return this.#histories.map((each) => each.lived()[what]);
  }
}

function withHistory<H>(
  {
    belongings,
    ...rest
  }: Omit<Adoption, 'belongings'> & {
    readonly belongings: Omit<Adoption['belongings'], 'history'> & { readonly history: unknown };
  },
  history: H,
) {
  return { ...rest, belongings: { ...belongings, history } };
}
