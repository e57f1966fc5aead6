import {
  CLIENT_CAPABILITIES_META_KEY,
  type CallToolResult,
  createRequestStateCodec,
  acceptedContent,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';

const codec = createRequestStateCodec<{ round: number }>({
  key: 'conformance key of thirty-two bytes or more',
});

/** Goes into the product's factory, so that a tampered state is refused before any tool sees it. */
export const requestState = { verify: (state: string, ctx: ServerContext) => codec.verify(state, ctx) };

const Name = z.object({ name: z.string() });
const Color = z.object({ color: z.string() });
const Confirmation = z.object({ ok: z.boolean() });
const Context = z.object({ context: z.string() });
const Capabilities = z.looseObject({
  elicitation: z.unknown().optional(),
  sampling: z.unknown().optional(),
  roots: z.unknown().optional(),
});

const ask = (message: string, requestedSchema: z.ZodType) =>
  inputRequired.elicit({ message, requestedSchema });
const sample = (words: string, maxTokens: number) =>
  inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: words } }],
    maxTokens,
  });
const text = (words: string): CallToolResult => ({ content: [{ type: 'text', text: words }] });

type Round = (ctx: ServerContext) => Promise<CallToolResult | InputRequiredResult>;

/** Tools and a prompt of several rounds (MRTR, 2026-07-28). */
export function addInputFixtures(server: McpServer): void {
  const tool = (name: string, round: Round) =>
    server.registerTool(name, { description: `Conformance: ${name}` }, round);
  tool('test_input_required_result_elicitation', askName);
  tool('test_input_required_result_sampling', askCapital);
  tool('test_input_required_result_list_roots', askRoots);
  tool('test_input_required_result_request_state', confirm);
  tool('test_input_required_result_tampered_state', confirm);
  tool('test_input_required_result_multiple_inputs', askThree);
  tool('test_input_required_result_multi_round', askTwice);
  tool('test_input_required_result_capabilities', askWhatTheClientCan);
  tool('test_missing_capability', async () =>
    inputRequired({ inputRequests: { it: sample('Anything', 10) } }),
  );
  server.registerPrompt('test_input_required_result_prompt', { description: 'Conformance' }, async (ctx) => {
    const given = acceptedContent(ctx.mcpReq.inputResponses, 'user_context', Context);
    if (given === undefined) {
      return inputRequired({
        inputRequests: { user_context: ask('What context should the prompt use?', Context) },
      });
    }
    return { messages: [{ role: 'user', content: { type: 'text', text: `Use ${given.context}.` } }] };
  });
}

const askName: Round = async ({ mcpReq }) => {
  const given = acceptedContent(mcpReq.inputResponses, 'user_name', Name);
  if (given !== undefined) return text(`Hello, ${given.name}!`);
  return inputRequired({ inputRequests: { user_name: ask('What is your name?', Name) } });
};

const askCapital: Round = async ({ mcpReq }) => {
  const given = inputResponse(mcpReq.inputResponses, 'capital_question');
  if (given.kind === 'sampling') return text(JSON.stringify(given.result.content));
  return inputRequired({
    inputRequests: { capital_question: sample('What is the capital of France?', 100) },
  });
};

const askRoots: Round = async ({ mcpReq }) => {
  const given = inputResponse(mcpReq.inputResponses, 'client_roots');
  if (given.kind === 'roots') return text(given.roots.map(({ uri }) => uri).join(' '));
  return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
};

const confirm: Round = async (ctx) => {
  const given = acceptedContent(ctx.mcpReq.inputResponses, 'confirm', Confirmation);
  if (given !== undefined && ctx.mcpReq.requestState<{ round: number }>()?.round === 1)
    return text('state-ok');
  return inputRequired({
    inputRequests: { confirm: ask('Please confirm', Confirmation) },
    requestState: await codec.mint({ round: 1 }, ctx),
  });
};

const askThree: Round = async (ctx) => {
  const { inputResponses } = ctx.mcpReq;
  const given = acceptedContent(inputResponses, 'user_name', Name);
  const others = ['greeting', 'client_roots'].map((key) => inputResponse(inputResponses, key).kind);
  if (given !== undefined && !others.includes('missing')) return text(`Hello, ${given.name}!`);
  return inputRequired({
    inputRequests: {
      user_name: ask('What is your name?', Name),
      greeting: sample('Generate a greeting', 50),
      client_roots: inputRequired.listRoots(),
    },
    requestState: await codec.mint({ round: 1 }, ctx),
  });
};

const askTwice: Round = async (ctx) => {
  const { inputResponses } = ctx.mcpReq;
  const round = ctx.mcpReq.requestState<{ round: number }>()?.round ?? 0;
  const color = acceptedContent(inputResponses, 'step2', Color);
  if (round === 2 && color !== undefined) return text(`So it is ${color.color}.`);
  const first = round === 1 && acceptedContent(inputResponses, 'step1', Name) !== undefined;
  return inputRequired({
    inputRequests: first
      ? { step2: ask('Step 2: What is your favorite color?', Color) }
      : { step1: ask('Step 1: What is your name?', Name) },
    requestState: await codec.mint({ round: first ? 2 : 1 }, ctx),
  });
};

const askWhatTheClientCan: Round = async ({ mcpReq }) => {
  if (mcpReq.inputResponses !== undefined) return text('Thank you.');
  const can = Capabilities.parse(Reflect.get(mcpReq.envelope ?? {}, CLIENT_CAPABILITIES_META_KEY));
  return inputRequired({
    inputRequests: {
      ...(can.elicitation !== undefined && { user_name: ask('What is your name?', Name) }),
      ...(can.sampling !== undefined && { greeting: sample('Generate a greeting', 50) }),
      ...(can.roots !== undefined && { client_roots: inputRequired.listRoots() }),
    },
  });
};
