import type { Detail } from '../model/index.ts';

/** What an answer does not hold, and how to get it: contract §2, `truncated`. */
export interface LeftOut {
  readonly what: string;
  readonly how_to_get: string;
}

export const ASK_FULL = 'ask again with detail: full';
export const NO_MORE = 'no more is given';

/** A list that was cut, where it was; `beyond` says who knows the rest of what even a full answer does not hold. */
export function cut(what: string, isCut: boolean, detail: Detail, beyond = NO_MORE): LeftOut | null {
  return isCut ? { what, how_to_get: detail === 'full' ? beyond : ASK_FULL } : null;
}

/** As people write it: 20,000. */
export function spelt(count: number): string {
  return count.toLocaleString('en');
}

/** All of them in the one place that an answer has; `null` where nothing was left out. */
export function joined(...all: readonly (LeftOut | null | undefined)[]): LeftOut | null {
  const some = all.filter((each) => each !== null && each !== undefined);
  if (some.length === 0) return null;
  return {
    what: some.map(({ what }) => what).join('; '),
    how_to_get: [...new Set(some.map((each) => each.how_to_get))].join('; '),
  };
}
