import type { Effects } from '../effects/index.ts';
import type { IntakeOutcome } from '../http/index.ts';
import { JournalError, type JournalErrorCode } from '../journal/index.ts';

/** What a sender is told when the journal takes nothing: that, not why. The log says why, once, not for each batch. */
export class JournalTrouble {
  readonly #reportFault: Effects['reportFault'];
  #told: JournalErrorCode | null = null;

  constructor({ reportFault }: Pick<Effects, 'reportFault'>) {
    this.#reportFault = reportFault;
  }

  async toldOf(taking: Promise<IntakeOutcome>): Promise<IntakeOutcome> {
    try {
      const outcome = await taking;
      this.#told = null;
      return outcome;
    } catch (cause) {
      if (!(cause instanceof JournalError)) throw cause;
      const outcome = outcomeOf(cause.code);
      if (outcome === null) throw cause;
      if (this.#told !== cause.code) this.#reportFault('journal', cause);
      this.#told = cause.code;
      return outcome;
    }
  }
}

function outcomeOf(code: JournalErrorCode): IntakeOutcome | null {
  if (code === 'disk_full') return { kind: 'disk_full' };
  if (code === 'failed') return { kind: 'journal_failed' };
  return null;
}
