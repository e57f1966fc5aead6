import { createHash } from 'node:crypto';
import { constants, type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '../../files/index.ts';
import { ByteReader, u16, u32 } from '../protocol/byte-reader.ts';
import { bytesOf, type Coefficients } from '../protocol/gate.ts';
import { COEFFICIENT_BYTES } from '../protocol/parameters.ts';
import { Refused } from '../protocol/refused.ts';
import { readSignedHeader, type SignedHeader, signedHeaderBytes } from '../protocol/report.ts';
import { RunningSum, sumFrom } from '../protocol/running-sum.ts';

/** A report that was looked at in every way. */
export interface Admitted {
  readonly signed: SignedHeader;
  readonly coefficients: Coefficients;
}

const HASH_BYTES = 32;
const NO_HASH = Buffer.alloc(HASH_BYTES);
const SUM_BYTES = HASH_BYTES + COEFFICIENT_BYTES + HASH_BYTES;

/**
 * A sum on disk with the manifest of what is in it. No report is kept: what was added cannot be asked for again, neither
 * by the key holder nor from a backup.
 *
 * The log has a record for each batch of headers; the hash of a record covers the one before it, and so all of the log.
 * The sum has two files in turn, each with the hash of the record up to which it has added. A batch is acknowledged when
 * first its sum and then its record are on disk. So whatever a crash leaves, one of the two sums is that of the log's
 * last whole record; a sum that is a batch ahead, or torn, is of reports that were never acknowledged.
 */
export class PartStore {
  readonly manifest: SignedHeader[] = [];
  #sum = new RunningSum();
  #chain: Buffer = NO_HASH;
  #records = 0;
  readonly #log: FileHandle;
  #logBytes = 0;
  readonly #sums: readonly FileHandle[];

  private constructor(log: FileHandle, sums: readonly FileHandle[]) {
    this.#log = log;
    this.#sums = sums;
  }

  /** @returns `null` where the disk lost what had been acknowledged: the part cannot be told any more */
  static async open(dir: string, part: number): Promise<PartStore | null> {
    const path = (ending: string) => join(dir, `${part}.${ending}`);
    const log = await openFile(path('log'));
    const sums = [await openFile(path('0.sum')), await openFile(path('1.sum'))];
    await syncDirectory(dir);
    const store = new PartStore(log, sums);
    store.#readLog(await log.readFile());
    if (store.#readSum(await Promise.all(sums.map((file) => file.readFile())))) return store;
    await store.close();
    return null;
  }

  get coefficients(): Uint8Array {
    return bytesOf(this.#sum.reduced());
  }

  /** The batch is on disk as part of the sum when this resolves. After a failure the part must be opened anew. */
  async add(batch: readonly Admitted[]): Promise<void> {
    for (const { coefficients } of batch) this.#sum.add(coefficients);
    const body = Buffer.concat([u16(batch.length), ...batch.map(({ signed }) => signedHeaderBytes(signed))]);
    const chain = chained(this.#chain, body);
    const record = Buffer.concat([u32(body.length), body, chain]);
    const sum = this.#sums[this.#records % 2];
    await sum?.write(sumBytes(chain, this.#sum.reduced()), 0, SUM_BYTES, 0);
    await sum?.datasync();
    await this.#log.write(record, 0, record.length, this.#logBytes);
    await this.#log.datasync();
    this.#chain = chain;
    this.#logBytes += record.length;
    this.#records += 1;
    this.manifest.push(...batch.map(({ signed }) => ownCopy(signed)));
  }

  async close(): Promise<void> {
    await Promise.all([this.#log, ...this.#sums].map((file) => file.close()));
  }

  /** As far as records are whole and follow each other; the next one is written over what comes after. */
  #readLog(bytes: Buffer): void {
    const reader = new ByteReader(bytes);
    try {
      while (this.#logBytes < bytes.length) {
        const body = reader.take(reader.u32());
        const chain = chained(this.#chain, body);
        if (Buffer.compare(reader.take(HASH_BYTES), chain) !== 0) return;
        const headers = new ByteReader(body);
        const count = headers.u16();
        for (let nth = 0; nth < count; nth++) this.manifest.push(readSignedHeader(headers));
        this.#chain = chain;
        this.#logBytes += 4 + body.length + HASH_BYTES;
        this.#records += 1;
      }
    } catch (cause) {
      // The last record was torn by a crash: what was in it was never acknowledged.
      if (!(cause instanceof Refused)) throw cause;
    }
  }

  #readSum(files: readonly Buffer[]): boolean {
    if (this.#records === 0) return true;
    for (const bytes of files) {
      if (bytes.length !== SUM_BYTES) continue;
      const chain = bytes.subarray(0, HASH_BYTES);
      const coefficients = new Uint32Array(new Uint8Array(bytes.subarray(HASH_BYTES, -HASH_BYTES)).buffer);
      if (Buffer.compare(chain, this.#chain) !== 0) continue;
      if (Buffer.compare(bytes, sumBytes(chain, coefficients)) !== 0) continue;
      this.#sum = sumFrom(coefficients);
      return true;
    }
    return false;
  }
}

/** To read and to write anywhere in it; made where it is not there. */
function openFile(path: string): Promise<FileHandle> {
  return open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
}

function chained(before: Uint8Array, body: Uint8Array): Buffer {
  return createHash('sha256').update(before).update(body).digest();
}

function sumBytes(chain: Uint8Array, sum: Coefficients): Buffer {
  const content = Buffer.concat([chain, bytesOf(sum)]);
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

/** Not views of the report's bytes, which would stay in memory with them. */
function ownCopy({ header, headerBytes, signature }: SignedHeader): SignedHeader {
  return { header, headerBytes: new Uint8Array(headerBytes), signature: new Uint8Array(signature) };
}
