/** What an answer does not hold, and how to get it: contract §2, `truncated`. */
export interface LeftOut {
  readonly what: string;
  readonly how_to_get: string;
}

/** Two of them in the one place that an answer has. */
export function joined(first: LeftOut | undefined, second: LeftOut): LeftOut {
  if (first === undefined) return second;
  return {
    what: `${first.what}; ${second.what}`,
    how_to_get: `${first.how_to_get}; ${second.how_to_get}`,
  };
}
