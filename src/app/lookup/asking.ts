import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Indicator, normaliseIndicator, parentsOf } from '../../exposure/index.ts';
import type { Blinded, Evaluation, SealedList, SealedSaying } from '../../lookup/index.ts';
import { formatNetwork, isoOrNull, parseNetwork, rank, REPUTATIONS } from '../../model/index.ts';
import { OperationError } from '../operations.ts';
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
export async function lookUp(args: LookupArgs): Promise<LookupAnswer> {
  const { LookupRefused } = await loadLookup();
  try {
    return await asked(args);
  } catch (cause) {
    if (!(cause instanceof LookupRefused)) throw cause;
    throw new OperationError('lookup_refused', `The look-up was given up: ${cause.message}.`, { cause });
  }
}

async function asked({
  list: from,
  service,
  token,
  key,
  allowHttp,
  indicators,
}: LookupArgs): Promise<LookupAnswer> {
  const { blinded, MOST_ELEMENTS, SealedList: List, unblinded } = await loadLookup();
  const list = List.read(await listBytes(from, allowHttp));
  if (key !== null && key.toLowerCase() !== list.head.public_key)
    throw new OperationError(
      'other_key',
      `The list has the public key ${list.head.public_key}, and not the one that was given.`,
    );
  const normalised = indicators.map((text) => ({ text, read: normaliseIndicator(text) }));
  const questions = normalised.flatMap(({ read }) =>
    read.ok && !read.special ? [{ indicator: read, values: candidates(read, list) }] : [],
  );
  const all = questions.flatMap(({ indicator, values }) =>
    padded(values.map((value) => inputOf(indicator.type, value))),
  );
  const outputs: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += MOST_ELEMENTS) {
    const piece = all.slice(at, at + MOST_ELEMENTS).map(blinded);
    outputs.push(...unblinded(piece, await evaluated(service, token, allowHttp, piece), list.publicKey));
  }
  let place = 0;
  const found = new Map<Indicator, SharedAnswer>();
  for (const question of questions) {
    const own = outputs.slice(place, place + question.values.length);
    place += paddedLength(question.values.length);
    found.set(
      question.indicator,
      answerTo(
        question,
        own.map((output) => list.find(output)),
      ),
    );
  }
  const { made_at, entries, public_key } = list.head;
  return {
    list: { made_at, indicators: entries, public_key },
    elements_sent: all.length,
    answers: normalised.map(({ text, read }) => {
      if (!read.ok) return { ...nothing(text, null), problem: read.message };
      return {
        ...(found.get(read) ?? { ...nothing(text, read), reputation: 'not_applicable' }),
        indicator: text,
      };
    }),
  };
}

/** What of it a list may have: itself, its parents below a public suffix, networks around it. */
function candidates({ type, value }: Indicator, { head }: SealedList): readonly string[] {
  if (type === 'domain') return [value, ...parentsOf(value)];
  if (type === 'hash') return [value];
  const lengths = value.includes(':') ? head.prefixes.ipv6 : head.prefixes.ipv4;
  const networks = lengths.flatMap((length) => {
    const network = parseNetwork(`${value}/${length}`);
    return network === null ? [] : [formatNetwork(network)];
  });
  return [value, ...networks];
}

function paddedLength(length: number): number {
  return Math.ceil(length / PADDED_TO) * PADDED_TO;
}

/** With inputs of which nothing is asked; once they are blinded nobody can tell them from the others. */
function padded(inputs: readonly Uint8Array[]): readonly Uint8Array[] {
  const filling = paddedLength(inputs.length) - inputs.length;
  return [...inputs, ...Array.from({ length: filling }, () => inputOf('nothing', ''))];
}

/** The gravest that is said of it or of what is around it, the more specific first. */
function answerTo({ indicator, values }: Question, said: readonly (SealedSaying | null)[]): SharedAnswer {
  const matches = said.flatMap((saying, at) =>
    saying === null ? [] : [{ saying, value: values[at] ?? null }],
  );
  const [gravest] = matches.toSorted(
    (a, b) => rank(REPUTATIONS, a.saying.reputation) - rank(REPUTATIONS, b.saying.reputation),
  );
  const none = nothing(indicator.value, indicator);
  if (gravest === undefined) return none;
  const { reputation, categories, confidence, feedSources, lastSeen } = gravest.saying;
  return {
    ...none,
    reputation,
    categories,
    confidence,
    feed_sources: feedSources,
    last_seen: isoOrNull(lastSeen),
    matched: gravest.value,
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
  const read = Evaluated.safeParse(jsonIn(bytes));
  if (!read.success) throw unreachable(url, 'what it answered is no evaluation');
  return read.data.evaluations.map(({ elements: of, proof }) => ({
    elements: of.map((each) => Buffer.from(each, 'base64')),
    proof: Buffer.from(proof, 'base64'),
  }));
}

async function listBytes(from: string, allowHttp: boolean): Promise<Buffer> {
  if (/^https?:/i.test(from)) return exchanged(new URL(from), allowHttp, MOST_LIST_BYTES, { method: 'GET' });
  return readFile(from).catch((cause: unknown) => {
    throw new OperationError('unreadable_file', `The sealed list ${from} cannot be read.`, { cause });
  });
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @throws OperationError in words for a person, without what the other side said */
async function exchanged(url: URL, allowHttp: boolean, most: number, request: RequestInit): Promise<Buffer> {
  if (url.protocol !== 'https:' && !allowHttp && !LOOPBACK.has(url.hostname))
    throw unreachable(url, 'it must begin with https: (--allow-http allows http:)');
  let response: Response;
  try {
    response = await fetch(url, { ...request, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw unreachable(url, 'no connection, a redirect, or nothing came in time', cause);
  }
  const { status, body } = response;
  if (status !== 200 || body === null) {
    await body?.cancel();
    throw unreachable(url, WHY_NOT[status] ?? `it answered with status ${status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > most) throw unreachable(url, `its answer is larger than ${most} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const WHY_NOT: Readonly<Record<number, string>> = {
  401: 'it asks for another token (--token-file, --token-env)',
  404: 'there is no such service; a Stance is needed',
  429: 'it evaluates no more for this token in this hour',
};

function unreachable(url: URL, problem: string, cause?: unknown): OperationError {
  return new OperationError('lookup_unreachable', `${url.origin}${url.pathname}: ${problem}.`, { cause });
}

function jsonIn(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}
