import { RowTexts, type Table, Texts } from '../columns/index.ts';
import type { DeviceId, InventoryEntry, Stateful, StateReader, StateWriter } from '../model/index.ts';
import { ownOf, sayOwn } from './own-declaration.ts';

/** What an operator says of many devices in the same words. */
const COMMON = [
  'site',
  'kind',
  'manufacturer',
  'model',
  'firmware',
  'owner',
  'criticality',
  'roles',
  'tags',
  'supportEnds',
] as const satisfies readonly (keyof InventoryEntry)[];
export type Common = Pick<InventoryEntry, (typeof COMMON)[number]>;
/** What an entry is about: devices and servers are machines of their own. */
const SUBJECTS = { none: 0, machine: 1, other: 2 } as const;

/**
 * The operator's inventory entries, by the device's number. A fleet has many devices of few kinds: what they have in
 * common is kept once, and what is a device's own as a text that is read when somebody asks.
 */
export class Declarations implements Stateful {
  readonly #commons = new Texts();
  /** By the number of its text: what it says, to be read once. */
  readonly #read: ({ readonly text: string; readonly common: Common } | undefined)[] = [];
  readonly #common;
  readonly #subject;
  readonly #own: RowTexts;
  /** The last that was asked for: several questions about one device come one after the other. */
  #last: { readonly device: number; readonly entry: InventoryEntry } | null = null;

  constructor(devices: Table) {
    this.#common = devices.u32('common');
    this.#subject = devices.u8('subject');
    this.#own = new RowTexts(devices, 'declared');
  }

  has(device: number): boolean {
    return this.#subject.at(device) !== SUBJECTS.none;
  }

  /** An entry `wkl_…` of another kind than a server is a workload without a machine of its own. */
  isOfNoMachine(device: number): boolean {
    return this.#subject.at(device) === SUBJECTS.other;
  }

  /** `null` for a device that the operator did not declare. Not the same object each time. */
  of(device: number, id: DeviceId): InventoryEntry | null {
    if (this.#last?.device === device) return this.#last.entry;
    const own = this.#own.at(device);
    if (own === null) return null;
    const entry = { ...this.common(device), ...ownOf(own, id) };
    this.#last = { device, entry };
    return entry;
  }

  declare(device: number, id: DeviceId, entry: InventoryEntry): void {
    const before = this.#common.at(device);
    this.#common.set(device, this.#commons.hold(JSON.stringify(COMMON.map((field) => entry[field]))));
    this.#commons.release(before);
    const isMachine = entry.id.startsWith('dev_') || entry.kind === 'server';
    this.#subject.set(device, isMachine ? SUBJECTS.machine : SUBJECTS.other);
    this.#own.set(device, sayOwn(entry, id));
    this.#last = null;
  }

  /** Every tag that a device has: of what devices have in common, not of each of them. */
  tags(): ReadonlySet<string> {
    const at = COMMON.indexOf('tags');
    const tags = new Set<string>();
    for (const text of this.#commons.all()) {
      for (const tag of (JSON.parse(text) as unknown[])[at] as Common['tags']) tags.add(tag);
    }
    return tags;
  }

  /** Without the columns of the devices' table. */
  save(to: StateWriter): void {
    this.#commons.save(to.part('commons'));
    this.#own.save(to.part('own'));
  }

  load(from: StateReader): void {
    this.#commons.load(from.part('commons'));
    this.#own.load(from.part('own'));
  }

  /** Of a device that the operator declared: what others have in common with it. The same object for all of them. */
  common(device: number): Common {
    const number = this.#common.at(device);
    const text = this.#commons.at(number);
    const known = this.#read[number];
    if (known?.text === text) return known.common;
    const values = JSON.parse(text) as unknown[];
    const common = Object.fromEntries(COMMON.map((field, i) => [field, values[i]])) as unknown as Common;
    this.#read[number] = { text, common };
    return common;
  }
}
