import type { Fleet, Site, SiteId, StateReader, StateWriter } from '../model/index.ts';
import type { Devices } from './devices.ts';
import { defaultSite, Place } from './place.ts';
import type { Revision } from './revision.ts';
import type { PooledTexts, TextPool } from './text-pool.ts';

/** The sites of the fleet, configured or only heard of. */
export class Places {
  readonly #bySite = new Map<SiteId, Place>();
  readonly #devices: Devices;
  readonly #revision: Revision;

  constructor(devices: Devices, revision: Revision) {
    this.#devices = devices;
    this.#revision = revision;
  }

  /** Throws a `RangeError` for a network that does not parse. */
  configure(fleet: Fleet): void {
    this.#revision.moveAll();
    for (const site of fleet.sites) this.of(site.id).configure(site);
  }

  /** A site's configuration; for a site that nobody configured: private ranges, UTC, Monday to Friday 8–18. */
  siteOf(id: SiteId): Site {
    return this.#bySite.get(id)?.site ?? defaultSite(id);
  }

  of(id: SiteId): Place {
    return this.#bySite.get(id) ?? this.#add(defaultSite(id));
  }

  all(): Iterable<Place> {
    return this.#bySite.values();
  }

  save(to: StateWriter, texts: TextPool): void {
    to.plain('count', this.#bySite.size);
    let index = 0;
    for (const place of this.all()) place.save(to.part(`${index++}`), texts);
  }

  load(from: StateReader, texts: PooledTexts): void {
    const count = from.plain('count') as number;
    for (let index = 0; index < count; index++) {
      const part = from.part(`${index}`);
      this.#add(part.plain('site') as Site).load(part, texts);
    }
  }

  #add(site: Site): Place {
    const made = new Place(site, this.#devices, this.#revision);
    this.#bySite.set(site.id, made);
    return made;
  }
}
