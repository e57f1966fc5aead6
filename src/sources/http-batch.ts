import type { FileSummary, Observation, ProducerMark, Reading, Refusal } from '../model/index.ts';
import type { BatchPort } from './intake-port.ts';
import { type BatchFault, type BatchReading, readOcsfBatch } from './ocsf/batch.ts';
import type { SourceContext } from './reading-context.ts';
import { RecordKeys, recordKey } from './record-keys.ts';
import { Tally } from './tally.ts';

/** Where a batch comes from and goes to. */
export interface BatchIntake {
  readonly context: SourceContext;
  /** `Stance-Producer` and `Stance-Sequence`; `null` for a sender that does not number its batches. */
  readonly numbered: { readonly producer: string; readonly sequence: number } | null;
  readonly port: BatchPort;
  /** The name of the sender's token, for the record. */
  readonly actor: string;
}

export interface BatchTaken
  extends Pick<FileSummary, 'accepted' | 'refused' | 'duplicates' | 'skipped' | 'refusals'> {
  readonly kind: 'taken';
}

/**
 * A number so far behind that nobody knows any more whether its batch was taken: a batch that waited too long, or a
 * producer that counts from 0 again. Nothing was taken.
 */
export interface SequenceTooOld {
  readonly kind: 'sequence_too_old';
}

/**
 * How far behind a producer's highest number a batch may come and still be known or new: senders with several
 * connections overtake themselves, and more so where some of their batches are told to wait. The idea is that of the
 * anti-replay window of RFC 4303 §3.4.3.
 */
const WINDOW = 256;

/** The last batch of this process: the journal takes them one after the other in any case. */
let lastBatch: Promise<unknown> = Promise.resolve();

/**
 * Takes a batch of OCSF events as it comes by HTTP. A batch is one journal record: it is durable as a
 * whole or not at all. One that was taken under the same number, and an event whose `metadata.uid` was
 * taken, count as duplicates and change nothing. A body that cannot be read counts as one refused record
 * and does not use up its number.
 *
 * Batches are taken one after the other: of two copies in flight at once only one may pass.
 *
 * @throws what the port throws; nothing was taken then, and the same batch may come again
 */
export function takeOcsfBatch(body: Uint8Array, intake: BatchIntake): Promise<BatchTaken | SequenceTooOld> {
  const taken = lastBatch.then(() => take(body, intake));
  lastBatch = taken.catch(() => undefined);
  return taken;
}

async function take(
  body: Uint8Array,
  { context, numbered, port, actor }: BatchIntake,
): Promise<BatchTaken | SequenceTooOld> {
  const tally = new Tally('POST /v1/events', 'ocsf');
  const batch = readOcsfBatch(body, context);
  if (batch.kind === 'unreadable') {
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
  const taken: { readonly observation: Observation; readonly key: string }[] = [];
  for (const { line, readings } of byRecord(batch.readings)) {
    const record = stated(line, readings, tally);
    if (record === null) continue;
    const isNew = !isKnown && (record.key === '' || (keys.admit(record.key) && !port.hasUid(record.key)));
    tally.count(isNew ? 'accepted' : 'duplicates');
    if (isNew) for (const observation of record.observations) taken.push({ observation, key: record.key });
  }
  if (taken.length > 0) {
    await port.take({
      observations: taken.map(({ observation }) => observation),
      origins: taken.map(() => ({ producer: 0, at })),
      producers: [mark],
      uids: taken.some(({ key }) => key !== '') ? taken.map(({ key }) => key) : [],
      actor,
    });
  }
  return outcome(tally);
}

/** Reasons of a body are named as those of a line are. */
const REFUSED_WHOLE: Readonly<Record<BatchFault, Refusal>> = {
  too_large: 'line_too_long',
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
function byRecord(readings: readonly BatchReading[]): Iterable<{ line: number; readings: Reading[] }> {
  const records: { line: number; readings: Reading[] }[] = [];
  for (const { line, reading } of readings) {
    const last = records.at(-1);
    if (last?.line === line) last.readings.push(reading);
    else records.push({ line, readings: [reading] });
  }
  return records;
}

function outcome(tally: Tally): BatchTaken {
  const { accepted, refused, duplicates, skipped, refusals } = tally.summary();
  return { kind: 'taken', accepted, refused, duplicates, skipped, refusals };
}
