import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { LastingWorker, workerEntry } from '../effects/index.ts';
import type { VulnerabilityKnowledge } from '../model/index.ts';
import { type AdvisoryReading, readAdvisories } from '../vulnerabilities/index.ts';
import { decodedText } from './decoded-text.ts';
import type {
  FeedChangeWork,
  FromKnowledgeReader,
  GivenSayings,
  KnowledgeOrder,
  ReadAs,
  ReadingWork,
  ToKnowledgeReader,
} from './knowledge-messages.ts';

/** Smaller files are read in the few milliseconds that it would take to hand them over. */
export const WORTH_A_THREAD_BYTES = 128 * 1_024;
const thread = new LastingWorker(workerEntry('./knowledge-worker', import.meta.url));

/** Asks for the next portion: each is asked for, so that other work has its turn between two of them. */
export type AskReader = () => Promise<FromKnowledgeReader>;

/** What the thread is told beforehand goes in portions too. */
export type GiveReader = (given: GivenSayings) => void;

/** Has a file read in the thread. The bytes are given away. */
export function readInKnowledgeThread<T>(
  as: ReadAs,
  bytes: Buffer,
  received: (ask: AskReader) => Promise<T>,
): Promise<T> {
  const given = alone(bytes);
  return inKnowledgeThread({ kind: 'reading', bytes: given, as }, [given.buffer], received);
}

/** Has something done in the thread; what is `moved` there is gone from here. */
export async function inKnowledgeThread<T>(
  work: ReadingWork | FeedChangeWork,
  moved: readonly ArrayBuffer[],
  received: (ask: AskReader, give: GiveReader) => Promise<T>,
): Promise<T> {
  const worker = thread.running();
  const { port1: ours, port2: theirs } = new MessageChannel();
  const ended = new AbortController();
  const { signal } = ended;
  const failure = Promise.race([once(worker, 'error', { signal }), once(worker, 'exit', { signal })]).then(
    ([cause]) => {
      throw new Error('the thread that reads advisories and feeds ended early', { cause });
    },
  );
  failure.catch(() => undefined);
  try {
    const order: KnowledgeOrder = { ...work, channel: theirs };
    worker.postMessage(order, [theirs, ...moved]);
    const give: GiveReader = (given) => tell(ours, given);
    return await Promise.race([received(() => ask(ours), give), failure]);
  } finally {
    ended.abort();
    ours.close();
  }
}

/** Reads an unpacked file of advisories without holding the loop. The bytes are given away. */
export async function readingAdvisories(bytes: Buffer): Promise<AdvisoryReading> {
  if (bytes.length < WORTH_A_THREAD_BYTES) return readAdvisories(decodedText(bytes));
  return readInKnowledgeThread({ kind: 'advisories' }, bytes, knowledgeIn);
}

/** Bytes that share their memory with nothing else, so that it can be given away. */
function alone(bytes: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  const isAlone = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
  return isAlone ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}

async function knowledgeIn(asked: AskReader): Promise<AdvisoryReading> {
  const first = await asked();
  if (first.kind !== 'reading') throw new Error('a reading begins with what was read');
  const { reading } = first;
  if (!reading.ok) return reading;
  const gathered = new Gathered();
  for (;;) {
    const next = await asked();
    if (next.kind !== 'portion' || next.portion === null) break;
    gathered.add(next.portion);
  }
  return { ...reading, knowledge: gathered.knowledge };
}

async function ask(channel: MessagePort): Promise<FromKnowledgeReader> {
  const answered = once(channel, 'message');
  tell(channel, null);
  const [answer] = (await answered) as [FromKnowledgeReader];
  if (answer.kind === 'failed') throw answer.cause;
  return answer;
}

function tell(channel: MessagePort, message: ToKnowledgeReader): void {
  channel.postMessage(message);
}

/** Portions put together again. */
class Gathered {
  readonly #advisories: VulnerabilityKnowledge['advisories'][number][] = [];
  readonly #statements: VulnerabilityKnowledge['statements'][number][] = [];
  readonly #lifecycles: VulnerabilityKnowledge['lifecycles'][number][] = [];
  readonly #cves: string[] = [];
  readonly #probabilities: number[] = [];
  #exploited: VulnerabilityKnowledge['exploited'] = null;
  #forecast: VulnerabilityKnowledge['forecast'] = null;

  add({ advisories, statements, lifecycles, exploited, forecast }: VulnerabilityKnowledge): void {
    this.#advisories.push(...advisories);
    this.#statements.push(...statements);
    this.#lifecycles.push(...lifecycles);
    this.#exploited ??= exploited;
    if (forecast === null) return;
    this.#forecast ??= { ...forecast, cves: this.#cves, probabilities: this.#probabilities };
    this.#cves.push(...forecast.cves);
    this.#probabilities.push(...forecast.probabilities);
  }

  get knowledge(): VulnerabilityKnowledge {
    return {
      advisories: this.#advisories,
      statements: this.#statements,
      exploited: this.#exploited,
      forecast: this.#forecast,
      lifecycles: this.#lifecycles,
    };
  }
}
