import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, replaceDurably } from '../../../files/index.ts';
import { jsonIn, type Release } from '../../../model/index.ts';
import { FolderError } from '../../private-folder.ts';
import { alone } from '../lock-file.ts';
import type { RandomBytes } from './discrete-laplace.ts';
import { type MilliEpsilon, type SharedRelease, sharedRelease } from './shared-release.ts';

const BUDGET = 'epsilon.json';
const WAIT_MS = 10_000;
const MOST_MILLI = 1_000_000;

const BudgetForm = z.strictObject({
  format: z.literal(1),
  budget: z.int().min(0).max(MOST_MILLI),
  spent: z.array(
    z.strictObject({ round: z.int().min(0), epsilon: z.int().min(1).max(MOST_MILLI), shared: z.unknown() }),
  ),
});
type Book = z.infer<typeof BudgetForm>;

/**
 * How much may be told to others, ever, of what a key opened: the ε of all shared releases add up, and none is made
 * beyond the budget. There is no budget until somebody sets one.
 */
export class EpsilonBudget {
  readonly #path: string;

  constructor(dir: string) {
    this.#path = join(dir, BUDGET);
  }

  async left(): Promise<MilliEpsilon> {
    return leftOf(await this.#read());
  }

  /** @throws FolderError for less than was spent */
  set(budget: MilliEpsilon): Promise<void> {
    return this.#alone(() => this.#set(budget));
  }

  async #set(budget: MilliEpsilon): Promise<void> {
    const book = { ...(await this.#read()), budget };
    if (leftOf(book) < 0)
      throw new FolderError(`${(budget - leftOf(book)) / 1_000} of ε were spent: a budget cannot be less`);
    await this.#write(book);
  }

  /**
   * A round is shared once: asked again it gives the same noise, because the mean of many would have none. What it
   * costs is on disk before it is told.
   * @throws FolderError where the budget does not suffice
   */
  share(release: Release, epsilon: MilliEpsilon, random: RandomBytes): Promise<SharedRelease> {
    return this.#alone(() => this.#share(release, epsilon, random));
  }

  async #share(release: Release, epsilon: MilliEpsilon, random: RandomBytes): Promise<SharedRelease> {
    const book = await this.#read();
    const before = book.spent.find(({ round }) => round === release.round);
    if (before !== undefined) return before.shared as SharedRelease;
    if (epsilon > leftOf(book))
      throw new FolderError(
        `the budget has ${leftOf(book) / 1_000} of ε left, ${epsilon / 1_000} were asked for: nothing more is shared under this key, or set a budget with stance keyholder budget`,
      );
    const shared = sharedRelease(release, epsilon, random);
    await this.#write({
      ...book,
      spent: [...book.spent, { round: release.round, epsilon, shared }],
    });
    return shared;
  }

  /** Two at once would spend the same. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    return alone(`${this.#path}.lock`, WAIT_MS, work);
  }

  async #read(): Promise<Book> {
    const bytes = await readIfThere(this.#path);
    if (bytes === null) return { format: 1, budget: 0, spent: [] };
    const form = BudgetForm.safeParse(jsonIn(bytes.toString()));
    // Without its book nobody knows what was spent: beginning anew would spend it twice.
    if (!form.success) throw new FolderError(`${this.#path} is no book of ε: restore it from a backup`);
    return form.data;
  }

  async #write(book: Book): Promise<void> {
    await replaceDurably(this.#path, `${JSON.stringify(book)}\n`);
  }
}

function leftOf({ budget, spent }: Pick<Book, 'budget' | 'spent'>): MilliEpsilon {
  return budget - spent.reduce((sum, { epsilon }) => sum + epsilon, 0);
}
