import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Indicator, normaliseIndicator, parentsOf } from '../../exposure/index.ts';
import { bodyWithin, isOfLoopback } from '../../http/index.ts';
import type { Blinded, Evaluation, SealedList, SealedSaying } from '../../lookup/index.ts';
import { type EpochMs, formatNetwork, isoOrNull, jsonIn, parseNetwork } from '../../model/index.ts';
import { OperationError } from '../../refusals/index.ts';
import { inputOf, loadLookup } from './lookup-words.ts';
import type { LookupAnswer, LookupArgs, SharedAnswer } from './operations.ts';

const MOST_LIST_BYTES = 32 * 1_048_576;
const MOST_ANSWER_BYTES = 1_048_576;
const PATIENCE_MS = 60_000;
/** So many elements at least for each indicator, and a multiple of it: else their number told how deep a name is. */
const PADDED_TO = 8;

/** One indicator, and what of it may be listed, the most specific first. */
interface Question {
  readonly indicator: Indicator;
  readonly values: readonly string[];
}

const Evaluated = z.object({
  public_key: z.string(),
  evaluations: z.array(z.object({ elements: z.array(z.base64()), proof: z.base64() })),
});

/**
 * Looks indicators up in the sealed list of a shared service. The service sees random elements: neither what is asked nor
 * whether it is listed. Whoever asks learns of the list what he asks about.
 */
export async function lookUp(args: LookupArgs, now: EpochMs): Promise<LookupAnswer> {
  const { LookupRefused } = await loadLookup();
  try {
    return await asked(args, now);
  } catch (cause) {
    if (!(cause instanceof LookupRefused)) throw cause;
    throw new OperationError('lookup_refused', `The look-up was given up: ${cause.message}.`, { cause });
  }
}

async function asked(
  { list: from, service, token, key, allowHttp, indicators }: LookupArgs,
  now: EpochMs,
): Promise<LookupAnswer> {
  const { fingerprintOf, SealedList: List } = await loadLookup();
  const list = List.read(await listBytes(from, allowHttp));
  const { made_at, valid_until, entries } = list.head;
  const own = fingerprintOf(list.head);
  if (key !== null && key.toLowerCase() !== own)
    throw new OperationError(
      'other_key',
      `The list is of the key ${own}, and not of the one that was given.`,
    );
  if (now >= Date.parse(valid_until))
    throw new OperationError('list_expired', `The list was good until ${valid_until}: fetch a newer one.`);
  const normalised = indicators.map((text) => ({ text, read: normaliseIndicator(text) }));
  const length = lengthFor(list);
  const questions = normalised.flatMap(({ read }) =>
    read.ok && !read.special ? [{ indicator: read, values: candidates(read, list, length) }] : [],
  );
  const all = questions.flatMap(({ indicator, values }) => [
    ...values.map((value) => inputOf(indicator.type, value)),
    // Once they are blinded nobody can tell them from the others.
    ...Array.from({ length: length - values.length }, () => inputOf('nothing', '')),
  ]);
  const ask = (piece: readonly Blinded[]) => evaluated(service, token, allowHttp, piece);
  const { outputs, trouble } = await outputsOf(all, list.publicKey, ask);
  if (trouble !== null && outputs.length < length) throw trouble;
  const found = new Map(
    questions.map((question, nth) => {
      const answers = outputs.slice(nth * length, (nth + 1) * length);
      const { indicator, values } = question;
      if (answers.length < length)
        return [indicator, { ...nothing(indicator.value, indicator), problem: trouble?.message ?? null }];
      return [
        indicator,
        answerTo(
          question,
          values.map((_, at) => list.find(answers[at] ?? NO_OUTPUT)),
        ),
      ];
    }),
  );
  return {
    list: { made_at, valid_until, indicators: entries, key: own },
    elements_sent: outputs.length,
    answers: normalised.map(({ text, read }) => {
      if (!read.ok) return { ...nothing(text, null), problem: read.message };
      return {
        ...(found.get(read) ?? { ...nothing(text, read), reputation: 'not_applicable' }),
        indicator: text,
      };
    }),
  };
}

interface Outputs {
  readonly outputs: readonly Uint8Array[];
  /** Why there are no more; what was answered before is not thrown away. */
  readonly trouble: OperationError | null;
}

/** What the service's key makes of inputs that it does not get to see. */
async function outputsOf(
  inputs: readonly Uint8Array[],
  publicKey: Uint8Array,
  ask: (piece: readonly Blinded[]) => Promise<readonly Evaluation[]>,
): Promise<Outputs> {
  const { blinded, MOST_ELEMENTS, unblinded } = await loadLookup();
  const outputs: Uint8Array[] = [];
  for (let at = 0; at < inputs.length; at += MOST_ELEMENTS) {
    const piece = inputs.slice(at, at + MOST_ELEMENTS).map(blinded);
    try {
      outputs.push(...unblinded(piece, await ask(piece), publicKey));
    } catch (cause) {
      if (!(cause instanceof OperationError)) throw cause;
      return { outputs, trouble: cause };
    }
  }
  return { outputs, trouble: null };
}

const NO_OUTPUT = new Uint8Array(0);

/** As many elements for every indicator, else their number told an address from a name. */
function lengthFor({ head: { prefixes } }: SealedList): number {
  const most = 1 + Math.max(prefixes.ipv4.length, prefixes.ipv6.length, PADDED_TO - 1);
  return Math.ceil(most / PADDED_TO) * PADDED_TO;
}

/** What of it a list may have: itself, its parents below a public suffix, networks around it. Of very deep names the nearest to that suffix. */
function candidates({ type, value }: Indicator, { head }: SealedList, most: number): readonly string[] {
  if (type === 'domain') return [value, ...parentsOf(value).slice(-(most - 1))];
  if (type === 'hash') return [value];
  const lengths = value.includes(':') ? head.prefixes.ipv6 : head.prefixes.ipv4;
  const networks = lengths.flatMap((length) => {
    const network = parseNetwork(`${value}/${length}`);
    return network === null ? [] : [formatNetwork(network)];
  });
  return [value, ...networks];
}

/** What is said of the most specific that is listed: that counts what is around it too. */
function answerTo({ indicator, values }: Question, said: readonly (SealedSaying | null)[]): SharedAnswer {
  const none = nothing(indicator.value, indicator);
  const at = said.findIndex((each) => each !== null);
  const saying = said[at];
  if (saying === undefined || saying === null) return none;
  const { reputation, categories, confidence, feedSources, lastSeen } = saying;
  return {
    ...none,
    reputation,
    categories,
    confidence,
    feed_sources: feedSources,
    last_seen: isoOrNull(lastSeen),
    matched: values[at] ?? null,
  };
}

function nothing(indicator: string, read: Indicator | null): SharedAnswer {
  return {
    indicator,
    type: read?.type ?? null,
    value: read?.value ?? null,
    reputation: 'unknown',
    categories: [],
    confidence: 0,
    feed_sources: 0,
    last_seen: null,
    matched: null,
    problem: null,
  };
}

async function evaluated(
  service: string,
  token: string | null,
  allowHttp: boolean,
  piece: readonly Blinded[],
): Promise<readonly Evaluation[]> {
  const url = new URL('v1/intel/evaluate', service.endsWith('/') ? service : `${service}/`);
  const elements = piece.map(({ element }) => Buffer.from(element).toString('base64'));
  const bytes = await exchanged(url, allowHttp, MOST_ANSWER_BYTES, {
    method: 'POST',
    body: JSON.stringify({ elements }),
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const read = Evaluated.safeParse(jsonIn(bytes.toString('utf8')));
  if (!read.success) throw unreachable(url, 'what it answered is no evaluation');
  return read.data.evaluations.map(({ elements: of, proof }) => ({
    elements: of.map((each) => Buffer.from(each, 'base64')),
    proof: Buffer.from(proof, 'base64'),
  }));
}

async function listBytes(from: string, allowHttp: boolean): Promise<Buffer> {
  if (/^https?:/i.test(from)) {
    const url = URL.parse(from);
    if (url === null)
      throw new OperationError('invalid_arguments', `"${from.slice(0, 80)}" is no URL of a list.`);
    return exchanged(url, allowHttp, MOST_LIST_BYTES, { method: 'GET' });
  }
  return readFile(from).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The sealed list ${from} cannot be read.`, { cause });
  });
}

/** @throws OperationError in words for a person, without what the other side said */
async function exchanged(url: URL, allowHttp: boolean, most: number, request: RequestInit): Promise<Buffer> {
  if (url.protocol !== 'https:' && !allowHttp && !isOfLoopback(url))
    throw unreachable(url, 'it must begin with https: (--allow-http allows http:)');
  try {
    const response = await fetch(url, {
      ...request,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const bytes = await bodyWithin(response, most);
    if (bytes === null) throw unreachable(url, `its answer is larger than ${most} bytes`);
    if (response.status !== 200) throw unreachable(url, whyNot(response.status, bytes));
    return bytes;
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw unreachable(url, 'no connection, a redirect, or it was not all there in time', cause);
  }
}

const Refused = z.object({ error: z.object({ code: z.string() }) });

function whyNot(status: number, bytes: Buffer): string {
  const read = Refused.safeParse(jsonIn(bytes.toString('utf8')));
  const code = read.success ? read.data.error.code : '';
  if (code === 'lookup_quota') return 'it evaluates no more for this token in this hour';
  return WHY_NOT[status] ?? `it answered with status ${status}`;
}

const WHY_NOT: Readonly<Record<number, string>> = {
  401: 'it asks for another token (--token-file, --token-env)',
  403: 'the token may not look up; one with the scope "lookup" is needed',
  404: 'there is no such service; a Stance is needed',
  429: 'it is busy; ask again in a while',
};

function unreachable(url: URL, problem: string, cause?: unknown): OperationError {
  return new OperationError('lookup_unreachable', `${url.origin}${url.pathname}: ${problem}.`, { cause });
}
