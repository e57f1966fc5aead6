import {
  type BillOfMaterials,
  type EntityId,
  type EpochMs,
  type InstalledComponent,
  LIMITS,
} from '../model/index.ts';
import type { AdvisoryIndex } from './advisory-index.ts';
import { BillMatches } from './bill-matches.ts';
import type { MatchedVulnerability } from './matched-vulnerability.ts';
import { SoftwareList } from './software-list.ts';

/** A component, and since when it is known to be installed as it is. */
type Dated = InstalledComponent & { readonly at: EpochMs };

const NONE: readonly never[] = [];

/** What is installed where: bills of materials, each whole, and what software inventory says package by package. */
export class Installations {
  readonly #bills = new Map<EntityId, Map<string, BillMatches>>();
  readonly #lists = new Map<EntityId, SoftwareList>();
  readonly #holders = new Map<string, Set<EntityId>>();
  #componentCount = 0;

  get isEmpty(): boolean {
    return this.#bills.size + this.#lists.size === 0;
  }

  /** Of all together. */
  get componentCount(): number {
    return this.#componentCount;
  }

  /** In the place of what the same bill said before, and of others by name; all software inventory of one device is one bill. */
  install(id: EntityId, bill: BillOfMaterials, at: EpochMs, replaces: readonly string[] = NONE): void {
    const bills = this.#bills.get(id);
    for (const name of replaces) if (bills !== undefined) this.#uninstall(id, bills, name);
    if (bill.format !== 'ocsf' && bill.components.length === 0) return this.#forgetEmpty(id, bill.id);
    if (bill.format === 'ocsf') this.#putList(id, SoftwareList.of(bill, at));
    else this.#putBill(id, bill, at);
  }

  /**
   * Packages that were found at one moment; gives what changed. Of a machine of too many, and where all machines together have too
   * many, the one goes that nobody spoke of for longest.
   */
  report(
    id: EntityId,
    components: readonly InstalledComponent[],
    at: EpochMs,
  ): readonly InstalledComponent[] {
    const list = this.#lists.get(id) ?? new SoftwareList();
    this.#lists.set(id, list);
    const before = list.size;
    const changed = [...list.put(components, at)];
    this.#componentCount += list.size - before;
    while (
      list.size > LIMITS.componentsPerBill ||
      (this.#componentCount > LIMITS.components && list.size > 0)
    ) {
      const dropped = list.dropOldest();
      this.#componentCount -= dropped.length;
      changed.push(...dropped);
    }
    this.#hold(id, changed);
    return changed;
  }

  knowsSoftwareOf(id: EntityId): boolean {
    return this.#lists.has(id);
  }

  /** Those that have something with one of the keys. */
  holders(keys: Iterable<string>): ReadonlySet<EntityId> {
    return new Set([...keys].flatMap((key) => [...(this.#holders.get(key) ?? [])]));
  }

  /** Everybody of whom anything is known. */
  *all(): Iterable<EntityId> {
    yield* this.#bills.keys();
    for (const id of this.#lists.keys()) if (!this.#bills.has(id)) yield id;
  }

  /** What is known under one of these ids by the name of its bill. */
  billOf(id: EntityId, name: string): BillOfMaterials | null {
    const list = this.#lists.get(id)?.bill();
    return list?.id === name ? list : (this.#bills.get(id)?.get(name)?.bill ?? null);
  }

  /** Bills of materials, without what software inventory says. */
  billsOf(id: EntityId): readonly BillOfMaterials[] {
    return Array.from(this.#bills.get(id)?.values() ?? [], ({ bill }) => bill);
  }

  componentsOf(ids: readonly EntityId[]): readonly Dated[] {
    const ofBills = this.#billsOf(ids).flatMap(({ bill, at }) =>
      bill.components.map((each) => ({ ...each, at })),
    );
    const lists = this.#listsOf(ids);
    const counts = latestIn(lists);
    const ofLists = lists.flatMap((list) =>
      Array.from(list.packages())
        .filter(([identity, { at }]) => counts(identity, at))
        .flatMap(([, { at, components }]) => components.map((each) => ({ ...each, at }))),
    );
    return [...ofBills, ...ofLists];
  }

  matches(
    ids: readonly EntityId[],
    index: AdvisoryIndex,
    firmware: InstalledComponent | null,
  ): readonly MatchedVulnerability[] {
    const lists = this.#listsOf(ids);
    const counts = latestIn(lists);
    return [
      ...this.#billsOf(ids).flatMap((bill) => bill.matches(index, firmware)),
      ...lists.flatMap((list) => [...list.matches(index, firmware, counts)]),
    ];
  }

  /** Advisories of these keys changed. */
  rematch(keys: ReadonlySet<string>, index: AdvisoryIndex): void {
    for (const id of this.holders(keys)) {
      for (const bill of this.#bills.get(id)?.values() ?? []) bill.rematch(keys, index);
      this.#lists.get(id)?.rematch(keys);
    }
  }

  *said(): Iterable<readonly [EntityId, EpochMs, BillOfMaterials]> {
    for (const [id, bills] of this.#bills) for (const { at, bill } of bills.values()) yield [id, at, bill];
    for (const [id, list] of this.#lists) {
      const bill = list.bill();
      yield [id, bill.created ?? 0, bill];
    }
  }

  #putBill(id: EntityId, bill: BillOfMaterials, at: EpochMs): void {
    const bills = this.#bills.get(id) ?? new Map<string, BillMatches>();
    this.#bills.set(id, bills);
    this.#uninstall(id, bills, bill.id);
    const oldest = bills.keys().next().value;
    if (bills.size >= LIMITS.billsPerDevice && oldest !== undefined) this.#uninstall(id, bills, oldest);
    bills.set(bill.id, new BillMatches(bill, at));
    this.#componentCount += bill.components.length;
    this.#hold(id, bill.components);
  }

  /** One without components says that the others are gone. */
  #forgetEmpty(id: EntityId, name: string): void {
    const bills = this.#bills.get(id);
    if (bills === undefined) return;
    this.#uninstall(id, bills, name);
    if (bills.size === 0) this.#bills.delete(id);
  }

  #putList(id: EntityId, list: SoftwareList): void {
    const before = this.#lists.get(id);
    this.#lists.set(id, list);
    this.#componentCount += list.size - (before?.size ?? 0);
    this.#hold(id, [...(before?.bill().components ?? []), ...list.bill().components]);
  }

  #uninstall(id: EntityId, bills: Map<string, BillMatches>, name: string): void {
    const before = bills.get(name)?.bill.components ?? [];
    bills.delete(name);
    this.#componentCount -= before.length;
    this.#hold(id, before);
  }

  /** Notes whether it has, or has no more, anything with the keys of these components. */
  #hold(id: EntityId, components: readonly InstalledComponent[]): void {
    for (const { keys } of components) {
      for (const key of keys) {
        const holders = this.#holders.get(key);
        if (this.#has(id, key)) {
          if (holders === undefined) this.#holders.set(key, new Set([id]));
          else holders.add(id);
        } else if (holders?.delete(id) === true && holders.size === 0) this.#holders.delete(key);
      }
    }
  }

  #has(id: EntityId, key: string): boolean {
    if (this.#lists.get(id)?.has(key) === true) return true;
    for (const bill of this.#bills.get(id)?.values() ?? []) if (bill.has(key)) return true;
    return false;
  }

  #billsOf(ids: readonly EntityId[]): readonly BillMatches[] {
    return ids.flatMap((id) => [...(this.#bills.get(id)?.values() ?? [])]);
  }

  #listsOf(ids: readonly EntityId[]): readonly SoftwareList[] {
    return ids.flatMap((id) => this.#lists.get(id) ?? []);
  }
}

/** Identities that turned out to be one have a list each: of each package what was said last counts. */
function latestIn(lists: readonly SoftwareList[]): (identity: string, at: EpochMs) => boolean {
  if (lists.length < 2) return () => true;
  const latest = new Map<string, EpochMs>();
  for (const list of lists) {
    for (const [identity, { at }] of list.packages()) {
      latest.set(identity, Math.max(latest.get(identity) ?? at, at));
    }
  }
  return (identity, at) => latest.get(identity) === at;
}
