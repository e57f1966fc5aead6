import type { FleetReleaseRecord, Release, Stateful, StateReader, StateWriter } from '../model/index.ts';

/** What the key holder let out of all sites together. The newest round holds; older ones are in history. */
export class FleetReleases implements Stateful {
  #newest: Release | null = null;

  get isEmpty(): boolean {
    return this.#newest === null;
  }

  get newest(): Release | null {
    return this.#newest;
  }

  /** Whether it would take the place of the newest: a later round of the same key, or another key's, let out later. */
  isNews({ keyId, round, releasedAt }: Release): boolean {
    const known = this.#newest;
    if (known === null) return true;
    return known.keyId === keyId ? round > known.round : releasedAt > known.releasedAt;
  }

  /** Of a record whose signature was checked before it was written. */
  take({ release }: FleetReleaseRecord): void {
    if (this.isNews(release)) this.#newest = release;
  }

  save(to: StateWriter): void {
    to.plain('newest', this.#newest);
  }

  load(from: StateReader): void {
    this.#newest = from.plain('newest') as Release | null;
  }
}
