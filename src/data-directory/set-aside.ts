import { join } from 'node:path';
import { z } from 'zod';
import { VERSION } from '../effects/index.ts';
import { readIfThere, replaceDurably } from '../files/index.ts';
import { type EpochMs, iso, jsonIn, LIMITS } from '../model/index.ts';
import { OperationError } from '../refusals/index.ts';
import type { Mark } from '../store/index.ts';
import type { EngineFault } from './engine-fault.ts';
import { describe, SetAsideRecord } from './set-aside-record.ts';

/** Below the data directory. */
const SET_ASIDE = 'set-aside.json';
const FORMAT = 1;
const File = z.strictObject({ format: z.literal(FORMAT), records: z.array(SetAsideRecord) });

/**
 * The records of the journal that the engine failed on: every start passes over them, and so does whoever else replays the
 * journal (docs/adr/0031). An entry lives as long as its record.
 */
export class SetAside {
  readonly #dir: string;
  /** Somebody only looks: nothing is written, and nothing tried again. */
  readonly #isLookedAt: boolean;
  /** By number. */
  #all: readonly SetAsideRecord[];
  /** What this start has set aside. */
  readonly #found = new Set<number>();

  private constructor(dir: string, all: readonly SetAsideRecord[], isLookedAt: boolean) {
    this.#dir = dir;
    this.#all = all;
    this.#isLookedAt = isLookedAt;
  }

  /** @throws OperationError `set_aside_unreadable` */
  static async read(dir: string, isLookedAt = false): Promise<SetAside> {
    const path = join(dir, SET_ASIDE);
    const bytes = await readIfThere(path);
    if (bytes === null) return new SetAside(dir, [], isLookedAt);
    const file = File.safeParse(jsonIn(bytes.toString()));
    if (file.success) return new SetAside(dir, file.data.records, isLookedAt);
    throw new OperationError(
      'set_aside_unreadable',
      `${path} cannot be read by this release: restore it from a backup, or move it away. Without it what was set aside since the last snapshot is tried again, and set aside again where that fails.`,
    );
  }

  get all(): readonly SetAsideRecord[] {
    return this.#all;
  }

  has(record: number): boolean {
    return this.#all.some((each) => each.record === record);
  }

  /** Whether this start passes over it. */
  isPassedOver(record: number): boolean {
    const entry = this.#all.find((each) => each.record === record);
    if (entry === undefined) return false;
    return entry.state === 'kept' || this.#found.has(record) || (entry.state === 'retry' && this.#isLookedAt);
  }

  /** The first record from which on snapshots and history may hold something else than this start gives. */
  get unsettled(): number | null {
    if (this.#isLookedAt) return null;
    return this.#all.find(({ state }) => state !== 'kept')?.record ?? null;
  }

  /** Before which record a start begins; `null` where the newest snapshot will do. */
  goesBackTo({ records, changes }: Mark): number | null {
    const isHalfTold = changes > 0 && this.isPassedOver(records);
    const { unsettled } = this;
    if (!isHalfTold) return unsettled;
    return unsettled === null ? records : Math.min(records, unsettled);
  }

  /**
   * Sets a record aside; on disk when it resolves.
   * @throws OperationError `engine_failed` for whoever only looks, `engine_broken` where one start would set aside too many
   */
  async note(fault: EngineFault, at: EpochMs): Promise<void> {
    if (this.#isLookedAt) throw onlyLookedAt(fault);
    const others = this.#all.filter(({ record }) => record !== fault.number);
    const isRetried = this.#all.some(({ record, state }) => record === fault.number && state === 'retry');
    if (!isRetried) this.#refuseTooMany(fault);
    const state = isRetried ? 'kept' : 'new';
    const entry = { ...describe(fault), set_aside_at: iso(at), stance: VERSION, state } as const;
    await this.#write([...others, entry].sort((a, b) => a.record - b.record));
    this.#found.add(fault.number);
  }

  /** The next start tries all of them again: nothing is passed over for good by one that did not come to its end. */
  #refuseTooMany(fault: EngineFault): void {
    const found = this.#all.filter(({ record, state }) => state === 'new' && this.#found.has(record));
    const [first] = found;
    if (first === undefined || found.length < LIMITS.setAsideAtAStart) return;
    throw new OperationError(
      'engine_broken',
      `The engine failed on ${found.length + 1} records of the journal, ${first.record} (${first.kind}) the first and ${fault.number} (${fault.record.kind}) the last: a start sets aside ${LIMITS.setAsideAtAStart} at most, and so nothing was. ` +
        'Nothing is lost: start the release that ran before, or a newer one, and report this.',
      { cause: fault },
    );
  }

  /** Nothing leads to before them: they stay set aside. */
  async giveUpRetries(): Promise<readonly SetAsideRecord[]> {
    const tried = this.#all.filter(({ state }) => state === 'retry');
    if (tried.length > 0)
      await this.#write(
        this.#all.map((each) => (each.state === 'retry' ? { ...each, state: 'kept' } : each)),
      );
    return tried;
  }

  /** A start has come to the journal's end: what it did not pass over was applied. */
  async settle(firstKept: number): Promise<void> {
    if (this.#isLookedAt) return;
    const left = this.#all.filter(({ record }) => this.isPassedOver(record) && record >= firstKept);
    if (this.unsettled === null && left.length === this.#all.length) return;
    await this.#write(left.map((each) => ({ ...each, state: 'kept' })));
  }

  /** The journal has no record before this one any more. */
  async forgetBefore(firstKept: number): Promise<void> {
    const left = this.#all.filter(({ record }) => record >= firstKept);
    if (left.length < this.#all.length) await this.#write(left);
  }

  /** The next start applies them. */
  async retry(records: ReadonlySet<number>): Promise<void> {
    await this.#write(
      this.#all.map((each) => (records.has(each.record) ? { ...each, state: 'retry' } : each)),
    );
  }

  /** For a backup. What is to be tried again is said to this directory, not to one that is restored. */
  async copyTo(dir: string): Promise<void> {
    if (this.#all.length === 0) return;
    await write(
      dir,
      this.#all.map((each) => ({ ...each, state: 'kept' })),
    );
  }

  async #write(all: readonly SetAsideRecord[]): Promise<void> {
    await write(this.#dir, all);
    this.#all = all;
  }
}

async function write(dir: string, records: readonly SetAsideRecord[]): Promise<void> {
  await replaceDurably(join(dir, SET_ASIDE), `${JSON.stringify({ format: FORMAT, records }, null, 2)}\n`);
}

function onlyLookedAt(fault: EngineFault): OperationError {
  const { number, record, where } = fault;
  return new OperationError(
    'engine_failed',
    `The engine failed on record ${number} of the journal (${record.kind}): ${where}. The next start sets it aside, and goes on without what it says: stance serve, or stance status. Nothing else is lost; please report it.`,
    { cause: fault },
  );
}
