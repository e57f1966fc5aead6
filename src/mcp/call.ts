import type { CallToolResult } from '@modelcontextprotocol/server';
import {
  ANSWERS,
  type FaultReporter,
  INPUTS,
  LIMITS,
  type PostureReader,
  type ToolName,
} from '../model/index.ts';
import { wordIssues, wordProblem } from './wording.ts';

/** Answers take milliseconds; a question that takes this long has gone wrong. */
const ASK_TIMEOUT_MS = 20_000;

export interface Asking {
  readonly reader: PostureReader;
  /** Who asks: a token's name, or `local`. */
  readonly asker: string;
  readonly reportFault: FaultReporter;
  /** Milliseconds until an unanswered question is a fault. Default 20,000. */
  readonly timeoutMs?: number;
}

/**
 * One tool call, from untrusted arguments to a result that is safe to send: the answer has passed its own
 * schema, an expected problem is worded for the assistant, and of a fault only its reference leaves.
 * Never rejects.
 */
export async function callTool(
  tool: ToolName,
  args: unknown,
  { reader, asker, reportFault, timeoutMs = ASK_TIMEOUT_MS }: Asking,
): Promise<CallToolResult> {
  const input = INPUTS[tool].safeParse(args);
  if (!input.success) {
    return refusal(wordIssues(tool, input.error.issues, Object.keys(INPUTS[tool].shape), args));
  }
  try {
    const outcome = await within(timeoutMs, reader.ask(tool, input.data, asker));
    if (!outcome.ok) return refusal(wordProblem(outcome.problem));
    return answered(ANSWERS[tool].parse(outcome.answer));
  } catch (cause) {
    const reference = reportFault(`mcp ${tool}`, cause);
    return refusal(
      `Stance could not answer: an internal fault, logged as incident ${reference}. Asking again may help.`,
    );
  }
}

/** Structured content and the same JSON as text, for hosts that read only text. */
function answered(answer: Record<string, unknown>): CallToolResult {
  const text = JSON.stringify(answer);
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.answerBytes)
    throw new RangeError(`an answer of ${bytes} bytes; allowed are ${LIMITS.answerBytes}`);
  return { content: [{ type: 'text', text }], structuredContent: answer };
}

function refusal(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

async function within<R>(timeoutMs: number, work: Promise<R>): Promise<R> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
