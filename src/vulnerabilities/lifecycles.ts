import type {
  EpochMs,
  FirmwareStatus,
  InstalledComponent,
  ProductLifecycle,
  ReleaseCycle,
} from '../model/index.ts';
import { drop, push } from './lists.ts';
import { orderNamed } from './versions/orders.ts';

/** The release cycle that an installed version belongs to. */
export interface InstalledCycle extends ReleaseCycle {
  readonly product: string;
}

/** How long products are mended, by the keys of each. */
export class Lifecycles {
  readonly #products = new Map<string, ProductLifecycle>();
  /** Products may share a name: all that have one, in the order of their coming. */
  readonly #byKey = new Map<string, ProductLifecycle[]>();

  get size(): number {
    return this.#products.size;
  }

  all(): Iterable<ProductLifecycle> {
    return this.#products.values();
  }

  isNews(lifecycle: ProductLifecycle): boolean {
    return JSON.stringify(this.#products.get(lifecycle.product)) !== JSON.stringify(lifecycle);
  }

  /** Whether it was news. */
  put(lifecycle: ProductLifecycle): boolean {
    if (!this.isNews(lifecycle)) return false;
    const before = this.#products.get(lifecycle.product);
    for (const key of before?.keys ?? []) drop(this.#byKey, key, (each) => each === before);
    this.#products.delete(lifecycle.product);
    this.#products.set(lifecycle.product, lifecycle);
    for (const key of new Set(lifecycle.keys)) push(this.#byKey, key, lifecycle);
    return true;
  }

  /** Of products that share a name the one that came last and has a cycle of the version; `null` where none has. */
  cycleOf({ keys, version }: InstalledComponent): InstalledCycle | null {
    if (version === null) return null;
    const own = version.replace(/^v/i, '');
    for (const key of keys) {
      for (const { product, cycles } of this.#byKey.get(key)?.toReversed() ?? []) {
        const cycle = cycleAmong(cycles, own);
        if (cycle !== null) return { ...cycle, product };
      }
    }
    return null;
  }
}

function cycleAmong(cycles: readonly ReleaseCycle[], version: string): ReleaseCycle | null {
  const own = cycles.filter(({ cycle }) => isWithin(version, cycle));
  return own.reduce<ReleaseCycle | null>(
    (longest, each) => (longest === null || each.cycle.length > longest.cycle.length ? each : longest),
    null,
  );
}

/** `7.2.4` is of the cycle `7.2`, `7.20` is not. */
function isWithin(version: string, cycle: string): boolean {
  return version.startsWith(cycle) && !/^\d/.test(version.slice(cycle.length));
}

/**
 * What is known of a firmware's standing. Past its end is `eol`; behind the newest of its cycle is `outdated`, and so is
 * one whose weakness is mended in a later version; `current` needs a newest version to be known.
 */
export function firmwareStatus(
  component: InstalledComponent | null,
  cycle: InstalledCycle | null,
  isMendedLater: boolean,
  now: EpochMs,
): FirmwareStatus {
  if (component === null || component.version === null) return 'unknown';
  if (cycle !== null && (cycle.ended || (cycle.ends !== null && cycle.ends <= now))) return 'eol';
  const latest = cycle?.latest ?? null;
  const behind = latest === null ? null : orderNamed(component.order).compare(component.version, latest);
  if (isMendedLater || (behind !== null && behind < 0)) return 'outdated';
  return behind === null ? 'unknown' : 'current';
}
