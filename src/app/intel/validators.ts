import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-files.ts';
import type { Validators } from './download.ts';
import type { FeedWords } from './source.ts';

const CHARS = 1_024;
const text = z.string().max(CHARS).nullable();
const Written = z.record(z.string(), z.strictObject({ etag: text, lastModified: text }));

/** What servers said of the feeds fetched from them, beside the journal: lost, it only costs a download. */
export class KnownValidators {
  readonly #path: string;
  readonly #known: Map<string, Validators>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, known: Map<string, Validators>) {
    this.#path = path;
    this.#known = known;
  }

  static async open(dir: string): Promise<KnownValidators> {
    const path = join(dir, 'feed-downloads.json');
    const written = await readFile(path, 'utf8').then(
      (content) => Written.safeParse(parsed(content)),
      () => null,
    );
    return new KnownValidators(path, new Map(written?.success === true ? Object.entries(written.data) : []));
  }

  of(url: URL, words: FeedWords): Validators | null {
    return this.#known.get(keyOf(url, words)) ?? null;
  }

  note(url: URL, words: FeedWords, validators: Validators): Promise<void> {
    const { etag, lastModified } = validators;
    this.#known.set(keyOf(url, words), { etag: bounded(etag), lastModified: bounded(lastModified) });
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

/** What is too long to keep is asked for anew. */
function bounded(validator: string | null): string | null {
  return validator === null || validator.length > CHARS ? null : validator;
}

/** A URL may hold a key. Of whom something else is said now, the server has to send it again. */
function keyOf(url: URL, { format, category, confidence, lineage }: FeedWords): string {
  const said = JSON.stringify([url.href, format, category, confidence, lineage]);
  return createHash('sha256').update(said).digest('hex');
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}
