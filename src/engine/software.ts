import type { MatchedVulnerability } from '../vulnerabilities/index.ts';
import {
  dropOldest,
  type EpochMs,
  type Sealed,
  type SoftwareSeen,
  type VulnerabilityReport,
} from '../model/index.ts';

export interface Component {
  readonly name: string;
  readonly version: string | null;
  readonly role: string;
  readonly lastSeen: EpochMs;
}

export interface Vulnerability {
  readonly cve: string;
  readonly cvss: number | null;
  readonly epss: number | null;
  readonly exploited: boolean;
  readonly fixedVersion: string | null;
  /** `null` where an advisory does not tell. */
  readonly at: EpochMs | null;
  /** Who reported it; `null` for one that only advisories tell. */
  readonly sensor: string | null;
  readonly uid: string | null;
  /** What the advisories say of it, where they do; never kept. */
  readonly match?: MatchedVulnerability;
}

const COMPONENTS_PER_ENTITY = 64;
const VULNERABILITIES_PER_ENTITY = 512;

/** What runs on a machine and which weaknesses are reported of it. Bounded: the oldest goes. */
export class SoftwareOf {
  /** An entity has it; otherwise it waits for one whose identity was merged. Follows from who has it, and so is not saved. */
  isLived = false;
  readonly #components = new Map<string, Component>();
  readonly #vulnerabilities = new Map<string, Vulnerability>();
  /** `#vulnerabilities` as a list, until they change: they are looked at far more often than they are reported. */
  #listed: readonly Vulnerability[] | null = null;
  #listedComponents: readonly Component[] | null = null;

  see({ product, version, role, time }: SoftwareSeen<Sealed>): void {
    this.#listedComponents = null;
    const key = `${role} ${product}`;
    this.#components.delete(key);
    if (this.#components.size >= COMPONENTS_PER_ENTITY) dropOldest(this.#components);
    this.#components.set(key, { name: product, version, role, lastSeen: time });
  }

  report(event: VulnerabilityReport<Sealed>): void {
    this.#listed = null;
    this.#vulnerabilities.delete(event.cve);
    if (event.resolved) return;
    if (this.#vulnerabilities.size >= VULNERABILITIES_PER_ENTITY) dropOldest(this.#vulnerabilities);
    const { cve, cvss, epss, exploited, fixedVersion, time: at, provenance } = event;
    const { sensor, uid } = provenance;
    this.#vulnerabilities.set(cve, { cve, cvss, epss, exploited, fixedVersion, at, sensor, uid });
  }

  /** Takes over what the other knows of and this does not. */
  adopt(other: SoftwareOf): void {
    this.#listed = null;
    this.#listedComponents = null;
    adoptInto(this.#components, other.#components, COMPONENTS_PER_ENTITY);
    adoptInto(this.#vulnerabilities, other.#vulnerabilities, VULNERABILITIES_PER_ENTITY);
  }

  /** Takes back what was adopted, apart from what has been reported again since. */
  disown(other: SoftwareOf): void {
    this.#listed = null;
    this.#listedComponents = null;
    disownFrom(this.#components, other.#components);
    disownFrom(this.#vulnerabilities, other.#vulnerabilities);
  }

  components(): readonly Component[] {
    return (this.#listedComponents ??= [...this.#components.values()]);
  }

  vulnerabilities(): readonly Vulnerability[] {
    return (this.#listed ??= [...this.#vulnerabilities.values()]);
  }

  snapshot(): readonly [readonly Component[], readonly Vulnerability[]] {
    return [this.components(), this.vulnerabilities()];
  }

  /** What a snapshot says. */
  static of(this: void, said: unknown): SoftwareOf {
    const [components, vulnerabilities] = said as ReturnType<SoftwareOf['snapshot']>;
    const made = new SoftwareOf();
    for (const each of components) made.#components.set(`${each.role} ${each.name}`, each);
    for (const each of vulnerabilities) made.#vulnerabilities.set(each.cve, each);
    return made;
  }
}

function adoptInto<V>(own: Map<string, V>, others: ReadonlyMap<string, V>, capacity: number): void {
  for (const [key, value] of others) if (!own.has(key) && own.size < capacity) own.set(key, value);
}

function disownFrom<V>(own: Map<string, V>, others: ReadonlyMap<string, V>): void {
  for (const [key, value] of others) if (isSame(own.get(key), value)) own.delete(key);
}

/** By what they say: one that was written down and read back is another object. */
function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
