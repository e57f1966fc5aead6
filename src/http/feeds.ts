import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  INTEL_FORMATS,
  type IntelFormat,
  LIMITS,
  NAME_PATTERN,
  THREAT_CATEGORIES,
  wordIssue,
} from '../model/index.ts';
import type { Admission } from './admission.ts';
import { ControlError } from './control.ts';
import { wholeBody } from './body-within.ts';
import { leashed } from './leash.ts';
import { refuseWord } from './operator-doors.ts';
import { refuse } from './refuse.ts';

/** A feed that is sent, and what is said of it. */
interface SentFeed {
  readonly bytes: Buffer;
  readonly name: string;
  readonly format: IntelFormat;
  readonly category: (typeof THREAT_CATEGORIES)[number] | null;
  readonly confidence: number | null;
  readonly lineage: string | null;
  /** It takes its name from another place that holds it. */
  readonly replace: boolean;
  /** The token's name, or `local`. */
  readonly actor: string;
}

/** Takes one feed, whole or not at all. @throws ControlError for what is wrong with it */
export type FeedIntake = (feed: SentFeed) => Promise<{ readonly broken: number }>;

const NAME = 'must be a name of at most 64 letters, digits, ".", "_" and "-"';
const REPLACE = 'must be true or false';
const name = z.string().regex(NAME_PATTERN, NAME);
const Said = z.strictObject({
  name,
  format: z.enum(INTEL_FORMATS).default('auto'),
  category: z.enum(THREAT_CATEGORIES).nullable().default(null),
  confidence: z.number().min(0).max(1).nullable().default(null),
  lineage: name.nullable().default(null),
  replace: z.boolean(REPLACE).default(false),
});

/**
 * `POST /v1/feeds?name=…`: the body is the feed, in any format that `stance intel import` knows, plain or gzip. The answer
 * is the summary of that command; 422 with it says that the feed was broken, and that what was active stays.
 */
export function mountFeeds(
  app: FastifyInstance,
  take: FeedIntake,
  { admit, isReady }: { readonly admit: Admission; readonly isReady: () => boolean },
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: AsyncIterable<Buffer>) =>
    wholeBody(request, payload, LIMITS.feedBytes),
  );
  const options = { bodyLimit: LIMITS.feedBytes, onRequest: admit, preParsing: leashed };
  app.post('/v1/feeds', options, async (request, reply) => {
    if (!isReady()) return refuse(reply, 'starting');
    const { body, actor } = request;
    const said = saidIn(request.query);
    if (said instanceof ControlError) return refuseWord(reply, said);
    if (!Buffer.isBuffer(body) || body.length === 0)
      return refuseWord(reply, new ControlError('empty_body', 'The body is empty; it must be the feed.'));
    const taking = request.place?.during(() => take({ ...said, bytes: body, actor })) ?? null;
    if (taking === null) return refuse(reply, 'busy');
    try {
      const summary = await taking;
      return await reply.code(summary.broken > 0 ? 422 : 200).send(summary);
    } catch (error) {
      if (error instanceof ControlError) return refuseWord(reply, error);
      throw error;
    }
  });
}

function saidIn(query: unknown): z.infer<typeof Said> | ControlError {
  const asked = { ...(query as Record<string, unknown>) };
  const { confidence, replace } = asked;
  if (typeof confidence === 'string' && /^[01](?:\.\d{1,9})?$/.test(confidence))
    asked['confidence'] = Number(confidence);
  if (replace === 'true' || replace === 'false') asked['replace'] = replace === 'true';
  const said = Said.safeParse(asked);
  if (said.success) return said.data;
  const wrong = said.error.issues.map((issue) => wordIssue(issue, Object.keys(Said.shape), asked));
  return new ControlError('invalid_arguments', wrong.join(' '));
}
