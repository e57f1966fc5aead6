import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { INPUTS, LIMITS, type ToolName, wordIssue } from '../model/index.ts';
import type { Admission } from './admission.ts';
import { ControlError, type ControlOperation } from './control.ts';
import { type HttpErrorCode, isHttpError, statusOf } from './errors.ts';
import { refuse } from './refuse.ts';

/** A word is some hundred bytes; a reason is a sentence or two. */
export const WORD_BYTES = 65_536;

const Refused = z.object({
  problem: z.object({ code: z.string(), message: z.string(), nearest: z.array(z.string()) }),
});

interface Door {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly operation: string;
  /** The tool that is asked, where the operation is `ask`. */
  readonly tool?: ToolName;
  /** Whom it admits otherwise than its method does: who sends more than a word, or others, who may neither read nor say anything. */
  readonly admits?: 'large' | 'lookup';
  /** What of the answer is told to those who may say something and not read: what came of their word. */
  readonly told?: readonly string[];
}

const OF_AN_ANOMALY = ['id', 'status', 'verdict', 'remediated', 'assignee', 'updated_at'];
const OF_A_SUPPRESSION = ['dry_run', 'suppression', 'matched_total', 'entities', 'closed'];

/** The same operations as `stance anomalies`, `suppressions`, `maintenance`, `baseline`, `sensors`, `compliance` and `policy`, with the same arguments. */
export const OPERATOR_DOORS: readonly Door[] = [
  { method: 'GET', path: '/v1/anomalies', operation: 'ask', tool: 'list_anomalies' },
  { method: 'GET', path: '/v1/fleet/statistics', operation: 'ask', tool: 'get_fleet_statistics' },
  { method: 'GET', path: '/v1/fleet/status', operation: 'fleet_status' },
  { method: 'GET', path: '/v1/anomalies/:anomaly', operation: 'anomaly_show' },
  { method: 'POST', path: '/v1/anomalies/verdict', operation: 'anomaly_verdict', told: OF_AN_ANOMALY },
  { method: 'POST', path: '/v1/anomalies/assign', operation: 'anomaly_assign', told: OF_AN_ANOMALY },
  { method: 'POST', path: '/v1/anomalies/suppress', operation: 'suppress', told: OF_A_SUPPRESSION },
  { method: 'GET', path: '/v1/suppressions', operation: 'suppressions' },
  { method: 'POST', path: '/v1/suppressions/remove', operation: 'unsuppress' },
  { method: 'GET', path: '/v1/maintenance', operation: 'maintenance_list' },
  { method: 'POST', path: '/v1/maintenance/add', operation: 'maintenance_add' },
  { method: 'POST', path: '/v1/maintenance/remove', operation: 'maintenance_remove' },
  { method: 'POST', path: '/v1/baseline/accept', operation: 'baseline_accept' },
  { method: 'POST', path: '/v1/baseline/revert', operation: 'baseline_revert' },
  { method: 'GET', path: '/v1/sensors', operation: 'sensors_list' },
  { method: 'POST', path: '/v1/sensors/retire', operation: 'sensors_retire' },
  { method: 'GET', path: '/v1/intel', operation: 'intel_list' },
  { method: 'POST', path: '/v1/intel/evaluate', operation: 'intel_evaluate', admits: 'lookup' },
  { method: 'GET', path: '/v1/compliance/words', operation: 'compliance_words' },
  { method: 'GET', path: '/v1/compliance/:framework', operation: 'compliance_report' },
  { method: 'GET', path: '/v1/compliance/:framework/:format', operation: 'compliance_report' },
  { method: 'POST', path: '/v1/compliance/attest', operation: 'compliance_attest' },
  { method: 'POST', path: '/v1/compliance/except', operation: 'compliance_except' },
  { method: 'POST', path: '/v1/compliance/withdraw', operation: 'compliance_withdraw' },
  { method: 'GET', path: '/v1/privacy', operation: 'privacy_report' },
  { method: 'POST', path: '/v1/privacy/erase', operation: 'privacy_erase' },
  { method: 'GET', path: '/v1/policies', operation: 'policy_list' },
  { method: 'POST', path: '/v1/policies', operation: 'policy_put', admits: 'large' },
];

export interface OperatorDoors {
  readonly operations: Readonly<Record<string, ControlOperation>>;
  readonly isReady: () => boolean;
  /** Whoever reads, and whoever says something. */
  readonly admit: Readonly<Record<Door['method'] | NonNullable<Door['admits']>, Admission>>;
}

/** The doors for people and their tools. Who says something is the token's name, never something in the body. */
export function mountOperatorDoors(
  app: FastifyInstance,
  { operations, isReady, admit }: OperatorDoors,
): void {
  for (const door of OPERATOR_DOORS) {
    const { method, path, operation: name, admits = method, told = null } = door;
    const operation = operations[name];
    if (operation === undefined) throw new Error(`there is no operation ${name} behind ${method} ${path}`);
    app.route({
      method,
      url: path,
      bodyLimit: admits === 'large' ? LIMITS.policyBytes : WORD_BYTES,
      onRequest: admit[admits],
      handler: async (request, reply) => {
        if (!isReady()) return refuse(reply, 'starting');
        const args = method === 'POST' ? saidIn(request) : askedIn(request, door);
        if (args instanceof ControlError) return refuseWord(reply, args);
        const carryOut = told === null || request.mayRead ? operation : saying(operation, told);
        return await carriedOut(carryOut, args, request, reply);
      },
    });
  }
}

/** The operation with so much of its answer. */
function saying(operation: ControlOperation, told: readonly string[]): ControlOperation {
  return async (args, progress) => {
    const answer = Object.entries((await operation(args, progress)) as object);
    return Object.fromEntries(answer.filter(([key]) => told.includes(key)));
  };
}

async function carriedOut(
  operation: ControlOperation,
  args: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const doing = request.place?.during(() => operation(args, () => undefined)) ?? null;
  if (doing === null) return refuse(reply, 'busy');
  try {
    const result = await doing;
    return await answered(reply, result);
  } catch (error) {
    if (error instanceof ControlError) return refuseWord(reply, error);
    throw error;
  }
}

/** A tool's outcome is its answer, or its problem. */
function answered(reply: FastifyReply, result: unknown): FastifyReply {
  if (typeof result !== 'object' || result === null || !('ok' in result)) return reply.send(result);
  if ('answer' in result) return reply.send(result.answer);
  return refuseWord(reply, problemIn(result));
}

/** A tool's problem, under the code that it has here. */
function problemIn(outcome: object): ControlError {
  const { code, message, nearest } = Refused.parse(outcome).problem;
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  return new ControlError(isHttpError(code) ? code : 'invalid_arguments', `${message}${hint}.`);
}

/** The body as arguments, said by whoever the token belongs to. */
function saidIn({ body, actor }: FastifyRequest): Record<string, unknown> | ControlError {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return new ControlError('invalid_arguments', 'The body must be one JSON object.');
  if (Object.hasOwn(body, 'actor'))
    return new ControlError(
      'invalid_arguments',
      '"actor" is not to be given: it is the name of the token; leave it out.',
    );
  return { ...body, actor };
}

/** Of a report also its query, for its instant; nothing that stands there is passed over. */
function askedIn(request: FastifyRequest, { operation, tool }: Door): unknown {
  if (tool !== undefined) return toolAsked(tool, request);
  if (operation !== 'compliance_report') return request.params;
  return { ...(request.query as object), ...(request.params as object) };
}

/** A tool's input as a query string. */
function toolAsked(tool: ToolName, { query, actor }: FastifyRequest): unknown {
  const asked = { ...(query as Record<string, unknown>) };
  const { limit } = asked;
  if (typeof limit === 'string' && /^\d{1,9}$/.test(limit)) asked['limit'] = Number(limit);
  const input = INPUTS[tool].safeParse(asked);
  if (input.success) return { tool, input: input.data, asker: actor };
  const allowed = Object.keys(INPUTS[tool].shape);
  const wrong = input.error.issues.map((issue) => wordIssue(issue, allowed, asked));
  return new ControlError('invalid_arguments', wrong.join(' '));
}

/** Where a list is to be had, for who asks over HTTP. */
function inDoors(message: string): string {
  return message
    .replace(/\bsee stance (anomalies|suppressions|maintenance|sensors) list$/, 'see GET /v1/$1')
    .replace(/\bsee stance compliance words$/, 'see GET /v1/compliance/words');
}

/** What the operation itself says of it, under the status of its code. */
export function refuseWord(reply: FastifyReply, { code, message }: ControlError): FastifyReply {
  const known: HttpErrorCode = isHttpError(code) ? code : code === 'failed' ? 'journal_failed' : 'not_done';
  if (known === 'disk_full' || known === 'journal_failed') return refuse(reply, known);
  return reply.code(statusOf(known)).send({ error: { code: known, message: inDoors(message) } });
}
