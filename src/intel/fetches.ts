import { join } from 'node:path';
import { z } from 'zod';
import { BesideJournal } from '../data-directory/index.ts';
import type { EpochMs } from '../model/index.ts';

const when = z.number().nullable();
const Written = z.record(
  z.string(),
  z.strictObject({
    kind: z.enum(['url', 'taxii', 'folder']),
    tried: z.number(),
    succeeded: when,
    failures: z.int().min(0),
    problem: z.string().nullable(),
    as: z.string().default(''),
    /** Of a folder: path within it → id. */
    taken: z.record(z.string(), z.string()).default({}),
  }),
);

/** How the fetching of one source goes, by the clock of this machine. */
export interface Fetch {
  readonly kind: 'url' | 'taxii' | 'folder';
  readonly tried: EpochMs;
  /** When it was last found as its source has it; also when nothing had changed. */
  readonly succeeded: EpochMs | null;
  /** In a row. */
  readonly failures: number;
  /** Of the last failure; of a success, what is missing nevertheless. */
  readonly problem: string | null;
  /** A fingerprint of its place and of what is said of it: one that was changed is fetched at once. */
  readonly as: string;
  /** Of a folder: which of its files are active, and as what. */
  readonly taken: Readonly<Record<string, string>>;
}

/** One try, however it ended. */
interface Tried {
  readonly kind: Fetch['kind'];
  readonly at: EpochMs;
  readonly as: string;
  readonly taken?: Fetch['taken'];
}

const FILE = 'feed-fetches.json';

/**
 * When each source was fetched, and what went wrong. It stands beside the journal: it says something of the way to a
 * feed, and nothing of what the feed says.
 */
export class Fetches {
  readonly #file: BesideJournal<Fetch>;

  private constructor(file: BesideJournal<Fetch>) {
    this.#file = file;
  }

  static async open(dir: string): Promise<Fetches> {
    return new Fetches(await BesideJournal.open(join(dir, FILE), Written));
  }

  of(id: string): Fetch | null {
    return this.#file.known.get(id) ?? null;
  }

  all(): ReadonlyMap<string, Fetch> {
    return this.#file.known;
  }

  /** @param missing what of the source is not there nevertheless */
  succeeded(id: string, { kind, at, as, taken = {} }: Tried, missing: string | null = null): Promise<void> {
    return this.#note(id, { kind, tried: at, succeeded: at, failures: 0, problem: missing, as, taken });
  }

  failed(id: string, { kind, at, as, taken }: Tried, problem: string): Promise<void> {
    const before = this.of(id);
    return this.#note(id, {
      kind,
      tried: at,
      succeeded: before?.succeeded ?? null,
      failures: (before?.failures ?? 0) + 1,
      problem,
      as,
      taken: taken ?? before?.taken ?? {},
    });
  }

  /** All but those that are kept. */
  async forget(isKept: (id: string) => boolean): Promise<void> {
    const gone = [...this.#file.known.keys()].filter((id) => !isKept(id));
    for (const id of gone) this.#file.known.delete(id);
    if (gone.length > 0) await this.#file.keep();
  }

  #note(id: string, fetch: Fetch): Promise<void> {
    this.#file.known.set(id, fetch);
    return this.#file.keep();
  }
}
