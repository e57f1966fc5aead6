import { createHash } from 'node:crypto';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../files/index.ts';
import type { NamedEvent } from '../../knowledge/index.ts';

const NAME = /^([0-9a-f-]{36})\.(\d{1,12})\.([0-9a-f]{64})\.json$/;

interface KeptEvent {
  readonly timestamp: number;
  readonly bytes: Buffer;
}

/**
 * The last good version of each event of a MISP feed, beside the journal: lost, it only costs a download. A file is called
 * by the event, its timestamp and a digest of manifest's URL and content, so that one that was cut off, or is of another
 * feed, does not count.
 */
export class KeptEvents {
  readonly #folder: string;
  readonly #manifest: URL;
  /** By the event's id, in small letters. */
  readonly #names = new Map<string, string>();

  private constructor(folder: string, manifest: URL) {
    this.#folder = folder;
    this.#manifest = manifest;
  }

  static async open(folder: string, manifest: URL): Promise<KeptEvents> {
    const kept = new KeptEvents(folder, manifest);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (const name of (await readdir(folder)).sort()) {
      const id = NAME.exec(name)?.[1];
      if (id !== undefined) kept.#names.set(id, name);
    }
    return kept;
  }

  /** `null` where there is none that is sound. */
  async read({ id }: NamedEvent): Promise<KeptEvent | null> {
    const name = this.#names.get(id.toLowerCase());
    if (name === undefined) return null;
    const [, , timestamp, digest] = NAME.exec(name) ?? [];
    const bytes = await readIfThere(join(this.#folder, name));
    return bytes !== null && this.#digest(bytes) === digest ? { timestamp: Number(timestamp), bytes } : null;
  }

  async keep({ id, timestamp }: NamedEvent, bytes: Buffer): Promise<void> {
    const name = `${id.toLowerCase()}.${timestamp}.${this.#digest(bytes)}.json`;
    await writeFile(join(this.#folder, name), bytes, { mode: 0o600 });
    this.#names.set(id.toLowerCase(), name);
  }

  /** All but the last version of these is gone. */
  async keepOnly(events: readonly NamedEvent[]): Promise<void> {
    const names = new Set(events.map(({ id }) => this.#names.get(id.toLowerCase())));
    for (const name of await readdir(this.#folder))
      if (!names.has(name)) await rm(join(this.#folder, name), { recursive: true, force: true });
  }

  #digest(bytes: Buffer): string {
    return createHash('sha256').update(`${this.#manifest.href}\n`).update(bytes).digest('hex');
  }
}
