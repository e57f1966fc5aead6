import { z } from 'zod';
import { ANSWERS, INPUTS, type ToolAnswer, type ToolName, wordIssue } from '../model/index.ts';
import type { Operations } from '../operations/index.ts';
import { OperationError } from '../refusals/index.ts';
import { inCommands } from './commands-for-tools.ts';

const schemas: { readonly [T in ToolName]: z.ZodType<ToolAnswer<T>> } = ANSWERS;

const Outcome = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), answer: z.unknown() }),
  z.object({
    ok: z.literal(false),
    problem: z.object({ code: z.string(), message: z.string(), nearest: z.array(z.string()) }),
  }),
]);

/**
 * Asks one tool of the read side.
 * @throws OperationError with the tool's own problem
 */
export async function ask<T extends ToolName>(
  operations: Operations,
  tool: T,
  input: unknown,
): Promise<ToolAnswer<T>> {
  const checked = INPUTS[tool].safeParse(input);
  if (!checked.success) {
    const allowed = Object.keys(INPUTS[tool].shape);
    const wrong = checked.error.issues.map((issue) => wordIssue(issue, allowed, input));
    throw new OperationError('invalid_input', wrong.join(' '));
  }
  const outcome = Outcome.parse(await operations.ask({ tool, input: checked.data, asker: 'local' }));
  if (outcome.ok) return schemas[tool].parse(outcome.answer);
  const { code, message, nearest } = outcome.problem;
  const isTold = nearest.length === 0 || message.includes(nearest[0] ?? '');
  const hint = isTold ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError(code, inCommands(message) + hint);
}
