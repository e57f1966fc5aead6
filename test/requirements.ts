/**
 * What Stance promises: id → promise, one sentence each.
 *
 * An id is capital words and a number: 'START-1', 'SCORE-HISTORY-2'. A test keeps a promise by carrying the id in
 * its title, `it('[START-1] …')`, in any *.test.ts file; one title may carry several ids. The gate in
 * requirements.test.ts fails for a promise that no test cites and for a cited id that stands not here.
 */
export const requirements = {
  'START-1': 'The launcher runs Stance under Node 24 or later, even when an older Node starts it.',
  'START-2': 'Without a Node it can use, the launcher says which file it looked for.',
  'START-3': 'The launcher passes signals and exit codes through as if it were not there.',
  'GATE-1': 'Every promise in this list is cited by a test, and every cited id stands in this list.',
} as const;
