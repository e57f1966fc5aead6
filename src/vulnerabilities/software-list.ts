import type { BillOfMaterials, EpochMs, InstalledComponent } from '../model/index.ts';
import type { AdvisoryIndex } from './advisory-index.ts';
import type { MatchedVulnerability } from './matched-vulnerability.ts';
import { matchesOf } from './matching.ts';
import { plainName } from './product-name.ts';

/** What was said last of one package: of one moment there may be several versions side by side. */
interface Said {
  readonly at: EpochMs;
  readonly components: readonly InstalledComponent[];
  /** `null` until they are asked for. */
  matches: readonly MatchedVulnerability[] | null;
}

/** All software inventory of one device is one bill, however it came. */
const BILL_ID = 'ocsf';
const NONE: readonly InstalledComponent[] = [];

/**
 * What is installed on one machine, as software inventory says: what was said last of each package counts, in whatever order it comes.
 * Nobody tells when a package goes.
 */
export class SoftwareList {
  readonly #packages = new Map<string, Said>();
  readonly #byKey = new Map<string, Set<string>>();
  #firmware: InstalledComponent | null = null;
  #size = 0;

  static of(bill: BillOfMaterials, at: EpochMs): SoftwareList {
    const list = new SoftwareList();
    for (const each of bill.components) list.put([each], each.asOf ?? bill.created ?? at);
    return list;
  }

  /** Of components. */
  get size(): number {
    return this.#size;
  }

  /** Takes in what was found at one moment; gives what of it was not known, and what that replaced. */
  put(components: readonly InstalledComponent[], at: EpochMs): readonly InstalledComponent[] {
    const changed: InstalledComponent[] = [];
    for (const [identity, found] of Map.groupBy(components, identityOf)) {
      const before = this.#packages.get(identity);
      if (before !== undefined && before.at > at) continue;
      const dated = found.map((each) => ({ ...each, asOf: at }));
      const now = distinct(before?.at === at ? [...before.components, ...dated] : dated);
      const isSame = before !== undefined && saying(before.components) === saying(now);
      this.#drop(identity);
      this.#keep(identity, { at, components: now, matches: isSame ? before.matches : null });
      if (!isSame) changed.push(...(before?.components ?? NONE), ...now);
    }
    return changed;
  }

  /** The package that nobody spoke of for longest. */
  dropOldest(): readonly InstalledComponent[] {
    const [oldest] = this.#packages.keys();
    return oldest === undefined ? NONE : this.#drop(oldest);
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Advisories of these keys changed. */
  rematch(keys: Iterable<string>): void {
    for (const key of keys) {
      for (const identity of this.#byKey.get(key) ?? []) {
        const said = this.#packages.get(identity);
        if (said !== undefined) said.matches = null;
      }
    }
  }

  bill(): BillOfMaterials {
    const all = [...this.#packages.values()];
    const created = all.length === 0 ? null : all.reduce((latest, { at }) => Math.max(latest, at), 0);
    return { id: BILL_ID, format: 'ocsf', created, components: all.flatMap(({ components }) => components) };
  }

  *matches(
    index: AdvisoryIndex,
    firmware: InstalledComponent | null,
    counts: (identity: string, at: EpochMs) => boolean,
  ): Iterable<MatchedVulnerability> {
    const isOther = saying([firmware]) !== saying([this.#firmware]);
    this.#firmware = firmware;
    const around = firmware === null ? NONE : [firmware];
    for (const [identity, said] of this.#packages) {
      if (isOther) said.matches = null;
      said.matches ??= said.components.flatMap((each) => matchesOf(each, around, index));
      if (said.matches.length > 0 && counts(identity, said.at)) yield* said.matches;
    }
  }

  *packages(): Iterable<readonly [string, Said]> {
    yield* this.#packages;
  }

  #keep(identity: string, said: Said): void {
    this.#packages.set(identity, said);
    this.#size += said.components.length;
    for (const key of keysOf(said.components)) {
      const known = this.#byKey.get(key);
      if (known === undefined) this.#byKey.set(key, new Set([identity]));
      else known.add(identity);
    }
  }

  #drop(identity: string): readonly InstalledComponent[] {
    const said = this.#packages.get(identity);
    if (said === undefined) return NONE;
    this.#packages.delete(identity);
    this.#size -= said.components.length;
    for (const key of keysOf(said.components)) {
      const known = this.#byKey.get(key);
      known?.delete(identity);
      if (known?.size === 0) this.#byKey.delete(key);
    }
    return said.components;
  }
}

/** A package whatever its version; of those without a package URL two makers' are two. */
function identityOf({ keys, name, vendor = '' }: InstalledComponent): string {
  const [key = name] = keys;
  return key.startsWith('product/') ? `${key} ${plainName(vendor)}` : key;
}

function keysOf(components: readonly InstalledComponent[]): ReadonlySet<string> {
  return new Set(components.flatMap(({ keys }) => keys));
}

function distinct(components: readonly InstalledComponent[]): readonly InstalledComponent[] {
  return [...new Map(components.map((each) => [JSON.stringify(each), each])).values()];
}

/** Whenever it was said. */
function saying(components: readonly (InstalledComponent | null)[]): string {
  return JSON.stringify(components.map((each) => ({ ...each, asOf: null })));
}
