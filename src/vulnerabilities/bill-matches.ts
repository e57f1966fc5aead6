import type { BillOfMaterials, EpochMs, InstalledComponent } from '../model/index.ts';
import type { AdvisoryIndex } from './advisory-index.ts';
import type { MatchedVulnerability } from './matched-vulnerability.ts';
import { matchesOf, type Surroundings } from './matching.ts';

/** A bill of materials of one entity, and what the advisories say of its parts: matched again part by part. */
export class BillMatches {
  readonly bill: BillOfMaterials;
  /** When it was imported. */
  readonly at: EpochMs;
  readonly #subjects: readonly InstalledComponent[];
  readonly #byKey = new Map<string, number[]>();
  /** By part; `null` before the first matching. */
  #matches: (readonly MatchedVulnerability[])[] | null = null;
  #firmware: InstalledComponent | null = null;

  constructor(bill: BillOfMaterials, at: EpochMs) {
    this.bill = bill;
    this.at = at;
    this.#subjects = bill.components.filter(({ isSubject }) => isSubject === true);
    for (const [place, { keys }] of bill.components.entries()) {
      for (const key of keys) {
        const places = this.#byKey.get(key);
        if (places === undefined) this.#byKey.set(key, [place]);
        else places.push(place);
      }
    }
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  matches(index: AdvisoryIndex, firmware: InstalledComponent | null): readonly MatchedVulnerability[] {
    if (this.#matches === null || !isSame(firmware, this.#firmware)) {
      this.#firmware = firmware;
      this.#matches = this.bill.components.map((each) => this.#matchesOf(each, index));
    }
    return this.#matches.flat();
  }

  /** Advisories of these keys changed. */
  rematch(keys: ReadonlySet<string>, index: AdvisoryIndex): void {
    if (this.#matches === null) return;
    const places = new Set([...keys].flatMap((key) => this.#byKey.get(key) ?? []));
    for (const place of places) {
      const component = this.bill.components[place];
      if (component !== undefined) this.#matches[place] = this.#matchesOf(component, index);
    }
  }

  #matchesOf(component: InstalledComponent, index: AdvisoryIndex): readonly MatchedVulnerability[] {
    const around: Surroundings =
      this.#firmware === null ? this.#subjects : [...this.#subjects, this.#firmware];
    return matchesOf(component, around, index);
  }
}

function isSame(a: InstalledComponent | null, b: InstalledComponent | null): boolean {
  return (
    a === b || (a?.version === b?.version && a?.keys.join() === b?.keys.join() && a?.vendor === b?.vendor)
  );
}
