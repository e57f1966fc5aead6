import {
  type Detail,
  LIMITS,
  type ToolAnswer,
  type ToolInput,
  type ToolName,
  type ToolProblem,
} from '../model/index.ts';
import { isProblem } from './asked-entity.ts';
import { ASK_FULL, joined, NO_MORE } from './left-out.ts';

type Answered<T extends ToolName> = ToolAnswer<T> | ToolProblem;

/** What a door adds to an answer: that a start is not over. */
const ADDED_BYTES = 1_000;

/**
 * Lists are bounded by number, each by itself; where long names make a whole of them longer than any answer may be,
 * it is asked for again: half a page, whose cursor goes on from there, or a detail less, which the answer says.
 */
export async function bounded<T extends ToolName>(
  input: ToolInput<T>,
  answer: (input: ToolInput<T>) => Answered<T> | Promise<Answered<T>>,
): Promise<Answered<T>> {
  const found = await answer(input);
  if (isProblem(found) || fits(found)) return found;
  if ('limit' in input && input.limit > 1)
    return bounded({ ...input, limit: Math.floor(input.limit / 2) }, answer);
  const detail = lessThan(input.detail ?? 'standard');
  if (detail === null) return found;
  const less = await bounded({ ...input, detail }, answer);
  return isProblem(less) ? less : toldShorter(less, input.detail ?? 'standard');
}

function fits(answer: object): boolean {
  return Buffer.byteLength(JSON.stringify(answer)) <= LIMITS.answerBytes - ADDED_BYTES;
}

function lessThan(detail: Detail): Detail | null {
  if (detail === 'full') return 'standard';
  return detail === 'standard' ? 'concise' : null;
}

/** Asking for the same detail again would give the same. */
function toldShorter<A extends ToolAnswer<ToolName>>(answer: A, asked: Detail): A {
  const what = `the rest of detail: ${asked}, which would be more than 20,000 tokens`;
  const { truncated } = answer;
  const before = truncated && {
    ...truncated,
    how_to_get: truncated.how_to_get.replace(ASK_FULL, NO_MORE),
  };
  return { ...answer, truncated: joined(before, { what, how_to_get: NO_MORE }) ?? undefined };
}
