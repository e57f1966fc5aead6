import { createGunzip } from 'node:zlib';

/** A log file that could not be read to its end. What was read before stays good. */
export interface OpeningFault {
  readonly code: 'truncated_gzip' | 'corrupt_gzip' | 'unreadable';
  readonly message: string;
}

/** Compressed bytes at a time: gzip expands at most some 1,030 times, so a bomb costs 17 MB, not the machine. */
const SLICE_BYTES = 16_384;

/**
 * Uncompressed chunks of a gzip stream of one or more members. A plain `pipe` loses what was already
 * unpacked when the stream breaks off; here every byte before the break comes out, then `onFault` is
 * told and the sequence ends.
 */
export async function* gunzip(
  compressed: AsyncIterable<Buffer>,
  onFault: (fault: OpeningFault) => void,
): AsyncGenerator<Buffer> {
  const stream = createGunzip();
  let unpacked: Buffer[] = [];
  const broken: Error[] = [];
  // A write into a stream that breaks is never answered; the error is its answer.
  let proceed: (() => void) | null = null;
  stream.on('data', (chunk: Buffer) => unpacked.push(chunk));
  stream.on('error', (error) => {
    broken.push(error);
    proceed?.();
  });
  const write = (slice: Buffer): Promise<void> =>
    new Promise((resolve) => {
      proceed = resolve;
      stream.write(slice, () => resolve());
    });
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      proceed = resolve;
      stream.once('end', resolve);
      stream.end();
    });

  try {
    for await (const chunk of compressed) {
      for (let at = 0; at < chunk.length && broken.length === 0; at += SLICE_BYTES) {
        await write(chunk.subarray(at, at + SLICE_BYTES));
        yield* unpacked;
        unpacked = [];
      }
      if (broken.length > 0) break;
    }
    if (broken.length === 0) await end();
    yield* unpacked;
    for (const error of broken) onFault(describe(error));
  } finally {
    stream.destroy();
  }
}

function describe(error: Error & { code?: string }): OpeningFault {
  return error.code === 'Z_BUF_ERROR'
    ? { code: 'truncated_gzip', message: 'the gzip file ends early; its lines up to there were read' }
    : { code: 'corrupt_gzip', message: 'the gzip file is damaged; its lines up to there were read' };
}
