import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { workerEntry } from '../effects/index.ts';
import type { FeatureBlock, Report, Round } from '../model/index.ts';

export interface EncryptionOrder {
  /** The folder of the site's keys. */
  readonly keys: string;
  readonly block: FeatureBlock;
  readonly round: Round;
}

const ENTRY = workerEntry('./encryption-worker', import.meta.url);

/**
 * Encrypts and signs a block without holding the loop. The report of a round is kept beside the keys: asked again it is
 * the same one, whatever the block.
 */
export async function encryptInThread(order: EncryptionOrder): Promise<Report> {
  const worker = new Worker(ENTRY, { workerData: order });
  // A report that is on its way never keeps the process alive.
  worker.unref();
  const ended = new AbortController();
  const { signal } = ended;
  try {
    const [report] = (await Promise.race([once(worker, 'message', { signal }), early(worker, signal)])) as [
      Report,
    ];
    return report;
  } finally {
    ended.abort();
    await worker.terminate();
  }
}

async function early(worker: Worker, signal: AbortSignal): Promise<never> {
  const [code] = (await once(worker, 'exit', { signal })) as [number];
  throw new Error(`the thread that encrypts ended early (${code})`);
}
