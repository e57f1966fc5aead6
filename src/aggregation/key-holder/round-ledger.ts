import { createHash } from 'node:crypto';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release, Round, SiteId } from '../../model/index.ts';
import { makeFolder, readIfThere, syncFolder, writeWhole } from '../files/private-file.ts';
import { Refused } from '../protocol/refused.ts';
import type { Disclosure } from './differencing.ts';

const OUTCOME_NAME = /^(\d{1,15})\.(?:released|refused)$/;

/**
 * What became of each round: its key file says which aggregate was opened, before it is opened, so that no other is
 * opened for it, though the process ends in between. An opening that failed uses up its round too: whoever could have
 * altered sums opened until one passes would learn of the secret key.
 */
export class RoundLedger {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  static async open(dir: string): Promise<RoundLedger> {
    await makeFolder(dir);
    return new RoundLedger(dir);
  }

  /** @throws Refused for a round of which another aggregate, or this one to its end, was opened */
  async begin(round: Round, aggregate: Uint8Array): Promise<void> {
    const digest = createHash('sha256').update(aggregate).digest('hex');
    const path = this.#path(round, 'opened');
    if (await this.#hasOutcome(round)) throw new Refused('opened_before');
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(digest);
      await file.sync();
      await file.close();
      await syncFolder(this.#dir);
    } catch (cause) {
      if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
      const before = (await readIfThere(path))?.toString();
      if (before !== digest) throw new Refused('opened_before');
    }
  }

  async released(round: Round, release: Release, { sites, devices, cohorts }: Disclosure): Promise<void> {
    const disclosure = { sites: [...sites], devices, cohorts: [...cohorts] };
    await writeWhole(this.#path(round, 'released'), JSON.stringify({ release, disclosure }));
  }

  async refused(round: Round, reason: string): Promise<void> {
    await writeWhole(this.#path(round, 'refused'), reason);
  }

  /** Of the rounds within `distance` of this one, without it. */
  async disclosures(round: Round, distance: number): Promise<readonly Disclosure[]> {
    const rounds = (await this.#rounds('released')).filter(
      (each) => each !== round && Math.abs(each - round) <= distance,
    );
    return Promise.all(rounds.map(async (each) => (await this.#read(each)).disclosure));
  }

  /** Newest first. */
  async releases(): Promise<readonly Release[]> {
    const rounds = (await this.#rounds('released')).toSorted((a, b) => b - a);
    return Promise.all(rounds.map(async (round) => (await this.#read(round)).release));
  }

  async #hasOutcome(round: Round): Promise<boolean> {
    const outcomes = await Promise.all(
      (['released', 'refused'] as const).map((kind) => readIfThere(this.#path(round, kind))),
    );
    return outcomes.some((outcome) => outcome !== null);
  }

  async #read(round: Round): Promise<{ readonly release: Release; readonly disclosure: Disclosure }> {
    const text = (await readIfThere(this.#path(round, 'released')))?.toString() ?? '';
    // Written by `released`, in a folder that is the key holder's alone.
    const { release, disclosure } = JSON.parse(text) as {
      release: Release;
      disclosure: { sites: [SiteId, number][]; devices: number; cohorts: [number, number][] };
    };
    const { sites, devices, cohorts } = disclosure;
    return { release, disclosure: { sites: new Map(sites), devices, cohorts: new Map(cohorts) } };
  }

  async #rounds(kind: 'released' | 'refused'): Promise<readonly Round[]> {
    const names = (await readdir(this.#dir)).filter((name) => name.endsWith(kind));
    return names.flatMap((name) => Number(OUTCOME_NAME.exec(name)?.[1] ?? []));
  }

  #path(round: Round, kind: 'opened' | 'released' | 'refused'): string {
    return join(this.#dir, `${round}.${kind}`);
  }
}
