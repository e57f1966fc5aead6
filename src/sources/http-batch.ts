import type { FileSummary, Observation, ProducerMark, Reading, Refusal } from '../model/index.ts';
import type { FairLine } from './fair-line.ts';
import type { BatchPort, IntakeBatch } from './intake-port.ts';
import { type BatchFault, type BatchReading, readingOcsfBatch } from './ocsf/batch.ts';
import type { SourceContext } from './reading-context.ts';
import { RecordKeys, recordKey } from './record-keys.ts';
import { Tally } from './tally.ts';

/** Where a batch comes from and goes to. */
export interface BatchIntake {
  readonly context: SourceContext;
  /** `Stance-Producer` and `Stance-Sequence`; `null` for a sender that does not number its batches. */
  readonly numbered: { readonly producer: string; readonly sequence: number } | null;
  readonly port: BatchPort;
  /** The one line of all batches that go to this port. */
  readonly line: FairLine;
  /** The name of the sender's token, for the record. */
  readonly actor: string;
}

interface BatchTaken
  extends Pick<FileSummary, 'accepted' | 'refused' | 'duplicates' | 'skipped' | 'refusals' | 'skips'> {
  readonly kind: 'taken';
}

/**
 * A number so far behind that nobody knows any more whether its batch was taken: a batch that waited too long, or a
 * producer that counts from 0 again. Nothing was taken.
 */
interface SequenceTooOld {
  readonly kind: 'sequence_too_old';
}

/** More bytes, events or JSON than a batch may have. Nothing was taken, and the number is not used up. */
interface BatchTooLarge {
  readonly kind: 'too_large';
}

export type BatchOutcome = BatchTaken | SequenceTooOld | BatchTooLarge;

/**
 * How far behind a producer's highest number a batch may come and still be known or new: senders with several
 * connections overtake themselves, and more so where some of their batches are told to wait. The idea is that of the
 * anti-replay window of RFC 4303 §3.4.3.
 */
const WINDOW = 256;

/** Of a batch, beside its bytes: however small it is, it is a wait for the disk. */
const COST_OF_ANY = 4_096;

/**
 * Takes a batch of OCSF events as it comes by HTTP. A batch is one journal record: it is durable as a
 * whole or not at all. One that was taken under the same number, and an event whose `metadata.uid` was
 * taken, count as duplicates and change nothing. A body that cannot be read counts as one refused record
 * and does not use up its number.
 *
 * Batches are taken one after the other, in turn by sender: of two copies in flight at once only one may pass.
 *
 * @throws what the port throws; nothing was taken then, and the same batch may come again
 */
export function takeOcsfBatch(body: Uint8Array, intake: BatchIntake): Promise<BatchOutcome> {
  const { line, actor, numbered } = intake;
  return line.next([actor, numbered?.producer ?? ''], body.length + COST_OF_ANY, () => take(body, intake));
}

async function take(body: Uint8Array, intake: BatchIntake): Promise<BatchOutcome> {
  const { port } = intake;
  const judged = await port.inTurns(judging(body, intake));
  if (judged.kind !== 'judged') return judged;
  if (judged.batch.observations.length > 0) await port.take(judged.batch);
  return outcome(judged.tally);
}

interface Judged {
  readonly kind: 'judged';
  readonly tally: Tally;
  /** What of it is new. */
  readonly batch: IntakeBatch;
}

function* judging(
  body: Uint8Array,
  { context, numbered, port, actor }: BatchIntake,
): Generator<void, Judged | BatchOutcome> {
  const tally = new Tally('POST /v1/events', 'ocsf');
  const batch = yield* readingOcsfBatch(body, context);
  if (batch.kind === 'unreadable') {
    if (batch.reason === 'too_large') return { kind: 'too_large' };
    tally.refuse(1, { kind: 'refused', reason: REFUSED_WHOLE[batch.reason], field: null });
    return outcome(tally);
  }
  const keys = new RecordKeys();
  const { mark, at } = placeOf(numbered, actor, port);
  if (!port.mayBegin(mark.producer)) {
    tally.refuse(1, { kind: 'refused', reason: 'too_many_producers', field: 'Stance-Producer' });
    return outcome(tally);
  }
  if (numbered !== null && at < port.mark(mark.producer)) return { kind: 'sequence_too_old' };
  const isKnown = numbered !== null && port.isDone(mark.producer, at);
  const observations: Observation[] = [];
  const uids: string[] = [];
  for (const { line, readings } of byRecord(batch.readings)) {
    yield;
    const record = stated(line, readings, tally);
    if (record === null) continue;
    const isNew = !isKnown && (record.key === '' || (keys.admit(record.key) && !port.hasUid(record.key)));
    tally.count(isNew ? 'accepted' : 'duplicates');
    if (!isNew) continue;
    observations.push(...record.observations);
    for (const _ of record.observations) uids.push(record.key);
  }
  const fresh: IntakeBatch = {
    observations,
    origins: observations.map(() => ({ producer: 0, at })),
    producers: [mark],
    uids: uids.some((uid) => uid !== '') ? uids : [],
    actor,
  };
  return { kind: 'judged', tally, batch: fresh };
}

/** Reasons of a body are named as those of a line are. */
const REFUSED_WHOLE: Readonly<Record<Exclude<BatchFault, 'too_large'>, Refusal>> = {
  invalid_utf8: 'invalid_utf8',
  malformed_json: 'malformed_json',
};

/**
 * Numbers count for the sender who used them: with another's producer name, a token can neither make that one's
 * batches pass for duplicates nor be taken for it. Batches without a number share a producer that no name can be,
 * and each takes the next place there: it is new, but for the ids of its events.
 */
function placeOf(
  numbered: BatchIntake['numbered'],
  actor: string,
  port: BatchPort,
): { readonly mark: ProducerMark; readonly at: number } {
  const producer = `http:${actor}/${numbered?.producer ?? ''}`;
  const before = port.mark(producer);
  const at = numbered?.sequence ?? before;
  const upTo = numbered === null ? at + 1 : Math.max(at + 1 - WINDOW, before);
  return { mark: { producer, upTo }, at };
}

interface Stated {
  readonly observations: readonly Observation[];
  /** See `recordKey`; empty where the record has no id. */
  readonly key: string;
}

/** What a record states; `null` where it was refused or passed over. */
function stated(line: number, readings: readonly Reading[], tally: Tally): Stated | null {
  const observations: Observation[] = [];
  let key = '';
  for (const reading of readings) {
    if (reading.kind === 'refused') tally.refuse(line, reading);
    else if (reading.kind === 'skip') tally.skip(reading.what);
    else {
      if (key === '' && reading.uid !== undefined) key = recordKey(reading.observation, reading.uid);
      observations.push(reading.observation);
    }
  }
  return observations.length === 0 ? null : { observations, key };
}

/** Readings that one record gave stand together. */
function* byRecord(all: readonly BatchReading[]): Iterable<{ line: number; readings: Reading[] }> {
  for (let at = 0; at < all.length; ) {
    const line = all[at]?.line ?? 0;
    const readings: Reading[] = [];
    for (let next = all[at]; next?.line === line; next = all[++at]) readings.push(next.reading);
    yield { line, readings };
  }
}

function outcome(tally: Tally): BatchTaken {
  const { accepted, refused, duplicates, skipped, refusals, skips } = tally.summary();
  return { kind: 'taken', accepted, refused, duplicates, skipped, refusals, skips };
}
