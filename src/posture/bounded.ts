import {
  type Detail,
  INPUTS,
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
/** Of an answer to who did not ask for a page of another length, at four characters to a token (contract §2). */
const DEFAULT_CHARS = 6_000;
const DEFAULT_ANOMALIES_CHARS = 16_000;

/**
 * Lists are bounded by number, each by itself; where long names make a whole of them longer than any answer may be,
 * it is asked for again: half a page, whose cursor goes on from there, or a detail less, which the answer says. Where the
 * page is as long as it is by itself, so is the whole.
 */
export async function bounded<T extends ToolName>(
  tool: T,
  input: ToolInput<T>,
  answer: (input: ToolInput<T>) => Answered<T> | Promise<Answered<T>>,
): Promise<Answered<T>> {
  const most = isOfDefaultLength(tool, input) ? defaultChars(tool) : null;
  let found = await answer(input);
  if (most !== null && 'limit' in input) {
    for (let limit = input.limit; limit > 1 && !isProblem(found) && lengthOf(found) > most; ) {
      limit = Math.floor(limit / 2);
      found = await answer({ ...input, limit });
    }
  }
  if (isProblem(found) || fits(found)) return found;
  if ('limit' in input && input.limit > 1)
    return bounded(tool, { ...input, limit: Math.floor(input.limit / 2) }, answer);
  const detail = lessThan(input.detail ?? 'standard');
  if (detail === null) return found;
  const less = await bounded(tool, { ...input, detail }, answer);
  return isProblem(less) ? less : toldShorter(less, input.detail ?? 'standard');
}

function isOfDefaultLength(tool: ToolName, input: ToolInput<ToolName>): boolean {
  const { shape } = INPUTS[tool];
  if (!('limit' in input && 'limit' in shape) || input.detail === 'full') return false;
  return input.limit === shape.limit.parse(undefined);
}

function defaultChars(tool: ToolName): number {
  return tool === 'list_anomalies' ? DEFAULT_ANOMALIES_CHARS : DEFAULT_CHARS;
}

function lengthOf(answer: object): number {
  return JSON.stringify(answer).length;
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
