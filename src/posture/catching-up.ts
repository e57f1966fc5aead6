import { type PostureReader, type ToolAnswer, type ToolInput, type ToolName } from '../model/index.ts';
import { joined, type LeftOut } from './left-out.ts';

/** How far a start is: of so many records of the journal behind the snapshot, so many are not taken in yet. */
export interface Remaining {
  readonly records: number;
  readonly of: number;
}

/**
 * Answers of a state that is still being brought up to date after a start: true as of `as_of`, and each says what is
 * missing. What is refused may be missing, too.
 */
export function whileCatchingUp(reader: PostureReader, remaining: () => Remaining): PostureReader {
  return {
    ask: async <T extends ToolName>(tool: T, input: ToolInput<T>, asker: string) => {
      const outcome = await reader.ask(tool, input, asker);
      const missing = missingOf(remaining());
      if (missing === null) return outcome;
      if (outcome.ok) return { ok: true, answer: lacking(outcome.answer, missing) };
      const message = `${outcome.problem.message} (${missing.what}: ${missing.how_to_get})`;
      return { ok: false, problem: { ...outcome.problem, message } };
    },
  };
}

function missingOf({ records, of }: Remaining): LeftOut | null {
  if (records <= 0) return null;
  const share = Math.ceil((100 * records) / of);
  return {
    what: `what came after as_of: Stance has just started and still reads the last ${share} % of its journal since the snapshot`,
    how_to_get: 'ask again in some seconds; /healthz says how far it is',
  };
}

function lacking<A extends ToolAnswer<ToolName>>(answer: A, missing: LeftOut): A {
  return { ...answer, truncated: joined(answer.truncated, missing) ?? missing };
}
