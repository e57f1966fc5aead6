import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EpochMs } from '../../model/index.ts';
import { writeDurably } from '../durable-files.ts';

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
  readonly #path: string;
  readonly #known: Map<string, Fetch>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, known: Map<string, Fetch>) {
    this.#path = path;
    this.#known = known;
  }

  static async open(dir: string): Promise<Fetches> {
    const path = join(dir, FILE);
    const written = await readFile(path, 'utf8').then(
      (content) => Written.safeParse(parsed(content)),
      () => null,
    );
    return new Fetches(path, new Map(written?.success === true ? Object.entries(written.data) : []));
  }

  of(id: string): Fetch | null {
    return this.#known.get(id) ?? null;
  }

  all(): ReadonlyMap<string, Fetch> {
    return this.#known;
  }

  succeeded(id: string, { kind, at, as, taken = {} }: Tried): Promise<void> {
    return this.#note(id, { kind, tried: at, succeeded: at, failures: 0, problem: null, as, taken });
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
    const gone = [...this.#known.keys()].filter((id) => !isKept(id));
    for (const id of gone) this.#known.delete(id);
    if (gone.length > 0) await this.#keep();
  }

  #note(id: string, fetch: Fetch): Promise<void> {
    this.#known.set(id, fetch);
    return this.#keep();
  }

  #keep(): Promise<void> {
    // That it failed once, as on a full disk, is told to whoever waited for it, and keeps nobody from trying again.
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const next = `${this.#path}.new`;
    await rm(next, { force: true });
    await writeDurably(next, JSON.stringify(Object.fromEntries(this.#known)));
    await rename(next, this.#path);
  }
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
