import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { WaitingLine } from '../effects/index.ts';
import { replaceDurably } from '../files/index.ts';
import { jsonIn } from '../model/index.ts';

/**
 * A small map kept in a file of its own beside the journal: of the way to feeds, of reports to the fleet. Lost or damaged
 * it begins anew.
 */
export class BesideJournal<T> {
  readonly known: Map<string, T>;
  readonly #path: string;
  readonly #line = new WaitingLine();

  private constructor(path: string, known: Map<string, T>) {
    this.#path = path;
    this.known = known;
  }

  static async open<T>(path: string, form: z.ZodType<Record<string, T>>): Promise<BesideJournal<T>> {
    const written = await readFile(path, 'utf8').then(
      (content) => form.safeParse(jsonIn(content)),
      () => null,
    );
    return new BesideJournal(path, new Map(written?.success === true ? Object.entries(written.data) : []));
  }

  /** Writes what is known now, one write after the other. */
  keep(): Promise<void> {
    return this.#line.next(() => replaceDurably(this.#path, JSON.stringify(Object.fromEntries(this.known))));
  }
}
