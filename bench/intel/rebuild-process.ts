// A thread that builds one version of the table after the other and hands over its memory.
import { parentPort, workerData } from 'node:worker_threads';
import { IndicatorTable } from '../../src/exposure/index.ts';
import { fingerprint, listings } from './indicators.ts';
import { firstOf, type SwapInput } from './versions.ts';

const { count, versions } = workerData as SwapInput;
parentPort?.on('message', (version: number) => {
  const steps = IndicatorTable.building(listings(count, firstOf(version, count), version), fingerprint);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  parentPort?.postMessage(step.value.memory);
  if (version + 1 === versions) parentPort?.close();
});
