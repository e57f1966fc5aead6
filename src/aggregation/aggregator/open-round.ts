import { readdir } from 'node:fs/promises';
import type { SiteId } from '../../model/index.ts';
import { makeFolder } from '../private-folder.ts';
import type { AggregatePart } from '../protocol/aggregate.ts';
import { MOST_REPORTS_PER_PART } from '../protocol/parameters.ts';
import { Refused } from '../protocol/refused.ts';
import { type Admitted, PartStore } from './part-store.ts';

interface Waiting {
  readonly admitted: Admitted;
  readonly done: () => void;
  readonly failed: (cause: unknown) => void;
}

/** Reports written at once: so many wait no longer than for two syncs, and parts stay of about one size. */
const BATCH = 64;

/** The sums of a round that takes reports. What comes in while others are written goes to disk with the next. */
export class OpenRound {
  readonly #dir: string;
  #parts: PartStore[] = [];
  /** Who has reported, on disk or on the way there. */
  readonly #sites = new Set<SiteId>();
  #waiting: Waiting[] = [];
  #writing: Promise<void> = Promise.resolve();
  #isSealed = false;
  #isLost = false;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** @returns `null` where the disk lost what had been acknowledged */
  static async open(dir: string): Promise<OpenRound | null> {
    await makeFolder(dir);
    const round = new OpenRound(dir);
    return (await round.#read()) ? round : null;
  }

  get reports(): number {
    return this.#parts.reduce((sum, { manifest }) => sum + manifest.length, 0);
  }

  hasReported(site: SiteId): boolean {
    return this.#sites.has(site);
  }

  /**
   * Resolves once the report is on disk as part of the sum.
   * @param partsAllowed over which reports are spread evenly, so that each has devices enough
   */
  async add(admitted: Admitted, partsAllowed: number): Promise<void> {
    const { site } = admitted.signed.header;
    if (this.#isSealed) throw new Refused('round');
    if (this.#isLost) throw new Error('this round was lost by its disk');
    if (this.#sites.has(site)) throw new Refused('duplicate');
    this.#sites.add(site);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ admitted, done: resolve, failed: reject });
    this.#writing = this.#writing.then(() => this.#write(partsAllowed));
    await promise;
  }

  /** Takes no more. What is in the sums, once all that is on the way is there. */
  async seal(): Promise<readonly AggregatePart[]> {
    this.#isSealed = true;
    await this.#writing;
    if (this.#isLost) throw new Error('this round was lost by its disk');
    return this.#parts
      .filter(({ manifest }) => manifest.length > 0)
      .map(({ manifest, coefficients }) => ({ manifest, coefficients }));
  }

  unseal(): void {
    this.#isSealed = false;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#letGo();
  }

  /** Never fails itself: who waits is told. */
  async #write(partsAllowed: number): Promise<void> {
    let batch: readonly Waiting[] = [];
    try {
      const part = await this.#partFor(partsAllowed);
      batch = this.#waiting.splice(0, Math.min(BATCH, MOST_REPORTS_PER_PART - part.manifest.length));
      if (batch.length === 0) return;
      await part.add(batch.map(({ admitted }) => admitted));
      for (const { done } of batch) done();
    } catch (cause) {
      if (batch.length === 0) batch = this.#waiting.splice(0);
      // What is in memory may be ahead of the disk: the disk is right.
      this.#isLost = !(await this.#letGo()
        .then(() => this.#read())
        .catch(() => false));
      for (const { failed } of batch) failed(cause);
    }
  }

  async #letGo(): Promise<void> {
    await Promise.all(this.#parts.map((part) => part.close()));
  }

  async #partFor(partsAllowed: number): Promise<PartStore> {
    while (this.#parts.length < partsAllowed) {
      const part = await PartStore.open(this.#dir, this.#parts.length);
      if (part === null) throw new Error('a part that was not there yet cannot be lost');
      this.#parts.push(part);
    }
    const emptiest = this.#parts.toSorted((a, b) => a.manifest.length - b.manifest.length)[0];
    if (emptiest === undefined || emptiest.manifest.length >= MOST_REPORTS_PER_PART)
      throw new Refused('count');
    return emptiest;
  }

  async #read(): Promise<boolean> {
    const logs = (await readdir(this.#dir)).filter((name) => name.endsWith('.log'));
    const parts = await Promise.all(logs.keys().map((part) => PartStore.open(this.#dir, part)));
    this.#parts = parts.filter((part) => part !== null);
    this.#sites.clear();
    for (const { manifest } of this.#parts) for (const { header } of manifest) this.#sites.add(header.site);
    for (const { admitted } of this.#waiting) this.#sites.add(admitted.signed.header.site);
    return this.#parts.length === logs.length;
  }
}
