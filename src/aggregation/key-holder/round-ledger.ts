import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably, readIfThere, replaceDurably } from '../../files/index.ts';
import { jsonIn, type Release, type Round, type SiteId } from '../../model/index.ts';
import { FolderError, makeFolder } from '../private-folder.ts';
import { Refused } from '../protocol/refused.ts';
import type { Disclosure } from './differencing.ts';
import { alone } from './lock-file.ts';

const FILE_NAME = /^(\d{1,15})\.(released|before)$/;
const LOCK = 'lock';
/** A release while another is made waits for it. */
const WAIT_MS = 30_000;

/** What becomes of a round that was opened. */
const OUTCOMES = ['released', 'refused'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** A disclosure as JSON. */
interface Written {
  readonly sites: readonly [SiteId, number][];
  readonly counts: readonly number[];
  readonly told: readonly number[];
}

/** What was told of a round, under this key or one before it. */
export interface RoundDisclosed {
  readonly round: Round;
  readonly disclosure: Disclosure;
}

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

  /** With what was told under the keys before these, if there were any. */
  static async found(dir: string, before: readonly RoundDisclosed[] = []): Promise<RoundLedger> {
    await makeFolder(dir);
    const ledger = new RoundLedger(dir);
    for (const [round, each] of Map.groupBy(before, (told) => told.round)) {
      const content = each.map(({ disclosure }) => written(disclosure));
      await replaceDurably(ledger.#path(round, 'before'), JSON.stringify(content));
    }
    return ledger;
  }

  /** @throws FolderError where it is missing: what was told before would be told again in parts */
  static async open(dir: string): Promise<RoundLedger> {
    if ((await stat(dir).catch(() => null))?.isDirectory() !== true)
      throw new FolderError(
        `${dir} is missing: what was released before is in it, and nothing may be opened without it; restore it from a backup. Where it is lost, stop for as long as releases are compared (30 days), then begin with new keys: stance keyholder init`,
      );
    return new RoundLedger(dir);
  }

  /** One at a time, also of several processes. @throws FolderError where another takes too long */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return alone(join(this.#dir, LOCK), WAIT_MS, work);
  }

  /** @throws Refused for a round of which another aggregate, or this one to its end, was opened */
  async begin(round: Round, aggregate: Uint8Array): Promise<void> {
    const digest = createHash('sha256').update(aggregate).digest('hex');
    const path = this.#path(round, 'opened');
    if (await this.#hasOutcome(round)) throw new Refused('opened_before');
    if (await createDurably(path, digest)) return;
    const before = (await readIfThere(path))?.toString();
    if (before !== digest) throw new Refused('opened_before');
  }

  /** @throws FolderError where the round has an outcome: what was told of it stays what was told */
  released(round: Round, release: Release, disclosure: Disclosure): Promise<void> {
    return this.#ends(round, 'released', JSON.stringify({ release, disclosure: written(disclosure) }));
  }

  /** @throws FolderError as {@link released} */
  refused(round: Round, reason: string): Promise<void> {
    return this.#ends(round, 'refused', reason);
  }

  async #ends(round: Round, kind: Outcome, content: string): Promise<void> {
    const path = this.#path(round, kind);
    if ((await this.#hasOutcome(round)) || !(await createDurably(path, content)))
      throw new FolderError(
        `round ${round} has its record in ${this.#dir} already: it is never written again`,
      );
  }

  /** Of the rounds within `distance` of this one, without it; of earlier keys also of the same. */
  async disclosures(round: Round, distance: number): Promise<readonly Disclosure[]> {
    const near = await this.#disclosed((each) => Math.abs(each - round) <= distance, round);
    return near.map(({ disclosure }) => disclosure);
  }

  /** All that was told, under this key and those before it. */
  disclosed(): Promise<readonly RoundDisclosed[]> {
    return this.#disclosed(() => true, null);
  }

  async #disclosed(
    isAskedFor: (round: Round) => boolean,
    own: Round | null,
  ): Promise<readonly RoundDisclosed[]> {
    const disclosed: RoundDisclosed[] = [];
    // One after the other: there can be thousands.
    for (const { round, kind } of await this.#files()) {
      if (!isAskedFor(round) || (kind === 'released' && round === own)) continue;
      const before = kind === 'before' ? await this.#before(round) : [(await this.#read(round)).disclosure];
      disclosed.push(...before.map((disclosure) => ({ round, disclosure })));
    }
    return disclosed;
  }

  /** `null` where nothing was released of the round. */
  async releaseOf(round: Round): Promise<Release | null> {
    const isReleased = (await readIfThere(this.#path(round, 'released'))) !== null;
    return isReleased ? (await this.#read(round)).release : null;
  }

  /** Newest first. */
  async releases(): Promise<readonly Release[]> {
    const releases: Release[] = [];
    for (const { round, kind } of await this.#files())
      if (kind === 'released') releases.push((await this.#read(round)).release);
    return releases;
  }

  async #hasOutcome(round: Round): Promise<boolean> {
    const outcomes = await Promise.all(OUTCOMES.map((kind) => readIfThere(this.#path(round, kind))));
    return outcomes.some((outcome) => outcome !== null);
  }

  async #read(round: Round): Promise<{ readonly release: Release; readonly disclosure: Disclosure }> {
    // Written by `released`, in a folder that is the key holder's alone.
    const { release, disclosure } = (await this.#content(round, 'released')) as {
      release: Release;
      disclosure: Written;
    };
    return { release, disclosure: readDisclosure(disclosure) };
  }

  async #before(round: Round): Promise<readonly Disclosure[]> {
    return ((await this.#content(round, 'before')) as readonly Written[]).map(readDisclosure);
  }

  async #content(round: Round, kind: 'released' | 'before'): Promise<unknown> {
    const path = this.#path(round, kind);
    const content = jsonIn((await readIfThere(path))?.toString() ?? '');
    if (content !== undefined) return content;
    throw new FolderError(`${path} cannot be read: restore it from a backup`);
  }

  /** Newest first. */
  async #files(): Promise<readonly { readonly round: Round; readonly kind: string }[]> {
    return (await readdir(this.#dir))
      .flatMap((name) => {
        const [, round, kind = ''] = FILE_NAME.exec(name) ?? [];
        return round === undefined ? [] : [{ round: Number(round), kind }];
      })
      .toSorted((a, b) => b.round - a.round);
  }

  #path(round: Round, kind: 'opened' | 'before' | Outcome): string {
    return join(this.#dir, `${round}.${kind}`);
  }
}

function written({ sites, counts, told }: Disclosure): Written {
  return { sites: [...sites], counts, told: [...told] };
}

function readDisclosure({ sites, counts, told }: Written): Disclosure {
  return { sites: new Map(sites), counts, told: new Set(told) };
}
