import { DAY_MS, type EpochMs, LIMITS } from '../model/index.ts';

export interface KnownDestination {
  /** What novelty is judged by: a device of the fleet, a registrable domain, or an address. */
  readonly key: string;
  /** What a person reads: an address, a stable host name, or a registrable domain. */
  display: string;
  count: number;
  firstSeen: EpochMs;
  lastSeen: EpochMs;
  /** Distinct days, counted as they pass. */
  days: number;
}

/** A destination used on so many distinct days belongs to the baseline. */
const DAYS_TO_BE_KNOWN = 2;

/**
 * Where an entity goes: a space-saving table (Metwally et al. 2005) of bounded size. When it is
 * full, the least used newcomer gives way and its successor inherits nothing: a flood of one-off
 * destinations displaces one-off destinations, never the old ones.
 */
export class Destinations {
  readonly #table = new Map<string, KnownDestination>();
  /** Distinct destinations met for the first time since the hour began. */
  #newThisHour = 0;

  get newThisHour(): number {
    return this.#newThisHour;
  }

  get size(): number {
    return this.#table.size;
  }

  closeHour(): void {
    this.#newThisHour = 0;
  }

  get(key: string): KnownDestination | undefined {
    return this.#table.get(key);
  }

  /** Records a contact; true when the destination was never (or no longer) known. */
  observe(key: string, display: string, time: EpochMs): boolean {
    const known = this.#table.get(key);
    if (known === undefined) {
      if (this.#table.size >= LIMITS.destinationsPerEntity) this.#evict();
      this.#table.set(key, { key, display, count: 1, firstSeen: time, lastSeen: time, days: 1 });
      this.#newThisHour++;
      return true;
    }
    if (Math.floor(time / DAY_MS) > Math.floor(known.lastSeen / DAY_MS)) known.days++;
    known.count++;
    known.lastSeen = Math.max(known.lastSeen, time);
    known.display = display;
    return false;
  }

  /** Part of the baseline: seen on several days. */
  isEstablished(key: string): boolean {
    return (this.#table.get(key)?.days ?? 0) >= DAYS_TO_BE_KNOWN;
  }

  /** The baseline's destinations, most used first; while nothing is established yet, what was seen. */
  known(): readonly KnownDestination[] {
    const all = [...this.#table.values()];
    const established = all.filter((each) => each.days >= DAYS_TO_BE_KNOWN);
    return (established.length > 0 ? established : all).sort(
      (a, b) => b.count - a.count || (a.key < b.key ? -1 : 1),
    );
  }

  snapshot(): unknown {
    return [[...this.#table.values()], this.#newThisHour];
  }

  #evict(): void {
    let least: KnownDestination | undefined;
    for (const each of this.#table.values()) {
      if (least === undefined || lessValuable(each, least)) least = each;
    }
    if (least !== undefined) this.#table.delete(least.key);
  }
}

function lessValuable(a: KnownDestination, b: KnownDestination): boolean {
  if (a.days !== b.days) return a.days < b.days;
  if (a.count !== b.count) return a.count < b.count;
  return a.lastSeen < b.lastSeen;
}
