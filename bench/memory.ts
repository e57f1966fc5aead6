import { runChild } from './child.ts';
import { figure, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';
import type { MemoryInput, Weighed } from './memory-process.ts';

/**
 * The heap that a simulated fleet frees when it goes, per entity. The goal clones such a state to a million fresh ids;
 * until the state can be cloned, what entities share (code, feed, name tables) is spread over fewer.
 */
export const memory: Measurement = {
  keys: ['memory.bytes_per_entity'],
  async measure({ quick, scratch, progress }) {
    const input: MemoryInput = quick
      ? { scratch, devices: 40, days: 1 }
      : { scratch, devices: 312, days: 14 };
    progress(`${input.devices} devices, ${input.days} days`);
    const { bytes, entities, events } = (await runChild('memory-process.ts', input, null, [
      '--expose-gc',
    ])) as Weighed;
    const value = bytes / entities;
    const note = `heap and array buffers after full collections, ${entities} entities (devices, users, workloads) after ${input.days} days and ${events} events, not cloned; ${rounded(bytes / 1e6)} MB in all`;
    return [figure('memory.bytes_per_entity', { value, runs: [value], note, belowScale: true })];
  },
};
