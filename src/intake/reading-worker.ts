// A thread of its own that reads logs: bytes become batches here, the owner of the journal takes them. Each reading has a
// channel of its own.
import { type MessagePort, parentPort } from 'node:worker_threads';
import { encodeRecord, packColumns } from '../journal/index.ts';
import {
  type Checkpoint,
  ingestFiles,
  type IntakeBatch,
  type IntakePort,
  LogPathError,
  type PackedRows,
  type Taken,
  type TakenIn,
} from '../sources/index.ts';
import { AddressesLeaving } from './crossing-addresses.ts';
import type { BatchOfReading, FromReader, ReadingOrder, ToReader } from './reading-messages.ts';

type Question = Extract<FromReader, { id: number }>;
type Unnumbered<Q> = Q extends Question ? Omit<Q, 'id'> : never;

/** The owner, on the other side of the channel. */
class Owner implements IntakePort {
  readonly ahead: number;
  readonly #waiting = new Map<number, (value: ToReader['value']) => void>();
  readonly #channel: MessagePort;
  readonly #addresses = new AddressesLeaving();
  #asked = 0;

  constructor(channel: MessagePort, ahead: number) {
    this.#channel = channel;
    this.ahead = ahead;
    channel.on('message', ({ id, value }: ToReader) => {
      const answer = this.#waiting.get(id);
      this.#waiting.delete(id);
      answer?.(value);
    });
  }

  takenIn(producer: string): Promise<TakenIn> {
    return this.#ask<TakenIn>({ kind: 'takenIn', producer });
  }

  take(batch: IntakeBatch): Promise<Taken> {
    const { reading: _, ...rest } = batch;
    const packed = this.#addresses.leave(withPacked(rest));
    return this.#ask<Taken>({ kind: 'take', batch: packed }, columnsOf(packed));
  }

  remember(producer: string, checkpoints: readonly Checkpoint[]): void {
    tell(this.#channel, { kind: 'remember', producer, checkpoints });
  }

  async endOfHistory(): Promise<void> {
    await this.#ask({ kind: 'endOfHistory' });
  }

  async #ask<T>(question: Unnumbered<Question>, moved: ArrayBuffer[] = []): Promise<T> {
    const id = this.#asked++;
    const answered = new Promise<ToReader['value']>((resolve) => this.#waiting.set(id, resolve));
    tell(this.#channel, { ...question, id }, moved);
    const value = await answered;
    if (value === null) throw new RefusedByOwner();
    return value as T;
  }
}

/** The owner refused, and has told why to whoever asked for the reading. */
class RefusedByOwner extends Error {}

/** The owner applies the columns and journals them: their bytes for the journal are made here. */
function withPacked(batch: BatchOfReading): BatchOfReading {
  const { connections } = batch;
  if (connections === undefined) return batch;
  return { ...batch, connections: { ...connections, packed: packedOf(batch, connections) } };
}

/** The keys are the owner's, so that only a record in which nothing is to be sealed can be written here. */
function packedOf(
  { observations, producers, origins, uids }: BatchOfReading,
  { rows, places }: NonNullable<BatchOfReading['connections']>,
): PackedRows {
  const { macs, ...rest } = rows;
  if (observations.length > 0 || macs.length > 0) return { of: 'columns', bytes: packColumns(rest) };
  const connections = { rows: { ...rest, macs: [] }, places };
  const payload = encodeRecord({ kind: 'events', producers, events: [], origins, uids, connections });
  // Of its own memory, so that it can be handed to the other thread.
  return { of: 'record', bytes: new Uint8Array(payload) };
}

/** The memory of a batch's columns: it moves to the owner instead of being copied. */
function columnsOf({ connections }: BatchOfReading): ArrayBuffer[] {
  if (connections === undefined) return [];
  const { rows, places, packed, numbers } = connections;
  const parts: readonly object[] = [rows, rows.uids, rows.communityIds];
  const columns: unknown[] = [
    places,
    packed?.bytes,
    numbers?.of,
    ...parts.flatMap((part): unknown[] => Object.values(part)),
  ];
  const memory = new Set<ArrayBuffer>();
  for (const column of columns) {
    if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer) memory.add(column.buffer);
  }
  return [...memory];
}

function tell(channel: MessagePort, message: FromReader, moved: ArrayBuffer[] = []): void {
  channel.postMessage(message, moved);
}

async function read({ paths, site, sensor, now, asNew, channel, ahead }: ReadingOrder): Promise<void> {
  try {
    const result = await ingestFiles(paths, {
      site,
      ...(sensor === null ? {} : { sensor }),
      now,
      asNew,
      port: new Owner(channel, ahead),
      progress: (progress) => tell(channel, { kind: 'progress', progress }),
    });
    tell(channel, { kind: 'done', result });
  } catch (cause) {
    const path = cause instanceof LogPathError ? { code: cause.code, message: cause.message } : null;
    tell(channel, { kind: 'failed', path, cause: cause instanceof RefusedByOwner ? null : cause });
  } finally {
    channel.close();
  }
}

parentPort?.on('message', (order: ReadingOrder) => void read(order));
