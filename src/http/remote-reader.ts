import { z } from 'zod';
import {
  ANSWERS,
  INPUTS,
  type PostureReader,
  type ToolAnswer,
  type ToolInput,
  type ToolName,
  type ToolOutcome,
  type ToolProblem,
} from '../model/index.ts';
import { ControlError, type ControlOperation } from './control.ts';
import { callControl } from './control-client.ts';

const answers: { readonly [T in ToolName]: z.ZodType<ToolAnswer<T>> } = ANSWERS;
const inputs: { readonly [T in ToolName]: z.ZodType<ToolInput<T>> } = INPUTS;

const Question = z.strictObject({ tool: z.string(), input: z.unknown(), asker: z.string() });
const Problem = z.strictObject({
  code: z.enum([
    'unknown_entity',
    'unknown_incident',
    'ambiguous_entity',
    'invalid_input',
    'not_ready',
    'busy',
  ]),
  message: z.string(),
  nearest: z.array(z.string()),
});
const Outcome = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), answer: z.unknown() }),
  z.strictObject({ ok: z.literal(false), problem: Problem }),
]);

/** Asks the owner of the data directory `dir` through its control socket; the operation is `ask`. */
export function remoteReader(socketPath: string, dir: string): PostureReader {
  return {
    async ask<T extends ToolName>(tool: T, input: ToolInput<T>, asker: string): Promise<ToolOutcome<T>> {
      const told = await callControl(socketPath, 'ask', { tool, input, asker }).catch((cause: unknown) => ({
        ok: false,
        problem: ownerGone(cause, dir),
      }));
      const outcome = Outcome.parse(told);
      return outcome.ok ? { ok: true, answer: answers[tool].parse(outcome.answer) } : outcome;
    },
  };
}

/** That an owner ends is no fault: the next question finds the one that is started after it. */
function ownerGone(cause: unknown, dir: string): ToolProblem {
  const code = cause instanceof ControlError ? cause.code : null;
  const start = `start it again with \`stance serve --data ${dir}\``;
  if (code === 'not_running') {
    return notReady(`The Stance that owns ${dir} is not running: ${start}, then ask again.`);
  }
  if (code === 'connection_lost') {
    return notReady(
      `The Stance that owns ${dir} went away before it answered. Ask again; if it stays away, ${start}.`,
    );
  }
  throw cause;
}

function notReady(message: string): ToolProblem {
  return { code: 'not_ready', message, nearest: [] };
}

/** The owner's side of {@link remoteReader}: answers `ask` from its own reader. */
export function askOperation(reader: PostureReader): ControlOperation {
  return async (args) => {
    const { tool, input, asker } = Question.parse(args);
    if (!isTool(tool)) throw new ControlError('unknown_tool', `The running Stance has no tool "${tool}".`);
    return reader.ask(tool, inputs[tool].parse(input), asker);
  };
}

function isTool(name: string): name is ToolName {
  return Object.hasOwn(INPUTS, name);
}
