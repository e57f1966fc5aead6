// A thread of its own that encrypts one report and ends: loading WebAssembly and encrypting would hold the owner's loop
// for a sixth of a second.
import { parentPort, workerData } from 'node:worker_threads';
import { openSite } from '../aggregation/index.ts';
import type { EncryptionOrder } from './encryption-thread.ts';

const { keys, block, round } = workerData as EncryptionOrder;
const site = await openSite(keys);
parentPort?.postMessage(await site.report(block, round));
