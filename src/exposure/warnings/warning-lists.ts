import {
  type Listing,
  parseAddress,
  parseNetwork,
  type StateReader,
  type Stateful,
  type StateWriter,
  type WarningList,
} from '../../model/index.ts';
import { parentsOf } from '../domain-name.ts';
import { NetworkMap } from '../networks.ts';
import { NamePattern } from './name-pattern.ts';

type Listed = Pick<Listing, 'type' | 'value'>;
type Matches = (listed: Listed) => boolean;

/** Whoever knows which warning lists name an indicator. */
export interface Warnings {
  of(listed: Listed): readonly WarningList[];
}

export const NO_WARNINGS: Warnings = { of: () => [] };

/** The warning lists in force. Asked for what is met and listed, which is little of what passes. */
export class WarningLists implements Stateful, Warnings {
  readonly #lists = new Map<string, WarningList>();
  /** Made when they are first asked. */
  readonly #matches = new Map<string, Matches>();

  get isEmpty(): boolean {
    return this.#lists.size === 0;
  }

  all(): readonly WarningList[] {
    return [...this.#lists.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): WarningList | undefined {
    return this.#lists.get(id);
  }

  /** Each replaces the one of the same id, whole. */
  put(lists: readonly WarningList[]): void {
    for (const list of lists) {
      this.#lists.set(list.id, list);
      this.#matches.delete(list.id);
    }
  }

  of(listed: Listed): readonly WarningList[] {
    const found: WarningList[] = [];
    for (const list of this.#lists.values()) if (this.#matchesOf(list)(listed)) found.push(list);
    return found;
  }

  save(to: StateWriter): void {
    to.records('lists', this.all());
  }

  load(from: StateReader): void {
    this.put([...from.records('lists')] as WarningList[]);
  }

  #matchesOf(list: WarningList): Matches {
    let matches = this.#matches.get(list.id);
    if (matches === undefined) {
      matches = MATCHERS[list.matching](list.entries);
      this.#matches.set(list.id, matches);
    }
    return matches;
  }
}

const MATCHERS: Readonly<Record<WarningList['matching'], (entries: readonly string[]) => Matches>> = {
  cidr: inBlocks,
  string: (entries) => {
    const texts = new Set(entries);
    return ({ value }) => texts.has(value);
  },
  hostname: (entries) => {
    const names = new Set(entries);
    return ({ type, value }) => type === 'domain' && atOrAbove(value, names);
  },
  substring: (entries) => (listed) =>
    listed.type === 'domain' && entries.some((entry) => listed.value.includes(entry)),
  regex: (entries) => {
    const patterns = entries.map((each) => NamePattern.from(each)).filter((pattern) => pattern !== null);
    return ({ type, value }) => type === 'domain' && patterns.some((pattern) => pattern.isIn(value));
  },
};

/** A listed block is meant where it lies in one whole. */
function inBlocks(entries: readonly string[]): Matches {
  const blocks = new NetworkMap<true>();
  for (const entry of entries) {
    const network = parseNetwork(entry);
    if (network !== null) blocks.set(network, true);
  }
  return ({ type, value }) => {
    if (type !== 'ip') return false;
    const address = parseAddress(value);
    if (address !== null) return blocks.covering(address).length > 0;
    const network = parseNetwork(value);
    return network !== null && blocks.coveringNetwork(network).length > 0;
  };
}

/** As far up as the name is somebody's own: `somebody.github.io` is not `github.io`'s. */
function atOrAbove(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name) || parentsOf(name).some((parent) => names.has(parent));
}
