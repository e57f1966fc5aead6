import type { Role } from '../model/index.ts';
import type { Circumstances } from './circumstances.ts';
import type { Question } from './question.ts';

/** A question as detectors look at it: what was asked, and by whom. */
export interface Inquiry {
  readonly row: number;
  readonly question: Question;
  readonly circumstances: Circumstances;
  /** Contacts that the entity had with a destination. */
  readonly contactsWith: (peer: string) => number;
}

export function asksAs({ circumstances }: Inquiry, roles: ReadonlySet<Role>): boolean {
  return circumstances.roles.some((role) => roles.has(role));
}
