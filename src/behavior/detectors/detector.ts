import type { Detection, EpochMs, Stateful } from '../../model/index.ts';
import type { Encounter } from '../encounter.ts';
import type { Inquiry } from '../inquiry.ts';
import type { SignIn } from '../sign-ins/sign-in.ts';

/** What a detector remembers of each row: it begins with nothing, moves with its entity, and ends with it. */
export interface Memory<Self> extends Stateful {
  /** An hour ended: what can not matter any more is given back. */
  forget(row: number, now: EpochMs): void;
  end(row: number): void;
  /**
   * What it told of a row was not raised: it tells it anew if it is still so.
   * @param name which act or service, where its type names such
   */
  askAgain(row: number, name: string | null): void;
  /** Into a row of another engine part, which has the same columns. */
  moveTo(other: Self, row: number, otherRow: number): void;
}

/** Looks at what entities do to others, and others to them. Each contact is judged before it is learnt. */
export interface ContactDetector<Self = unknown> extends Memory<Self> {
  /** Whether it looks at this one: asked for every contact, so it has to be cheap. */
  concerns(encounter: Encounter): boolean;
  observe(encounter: Encounter): Detection | null;
}

/** Looks at the names that entities ask for. */
export interface QuestionDetector<Self = unknown> extends Memory<Self> {
  concerns(inquiry: Inquiry): boolean;
  observe(inquiry: Inquiry): Detection | null;
}

/** Looks at sign-ins to and from machines. */
export interface SignInDetector<Self = unknown> extends Memory<Self> {
  /** @param ageMs for how long the machine's connections have been watched */
  observe(row: number, signIn: SignIn, ageMs: number): Detection | null;
}
