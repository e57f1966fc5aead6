import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { figure, rounded } from './figure.ts';
import type { Measurement } from './measurement.ts';
import { simulated } from './simulated.ts';

const HISTORY = /^history\.db/;

/** What the history of a simulated fleet takes on disk, indexes and what was written down of the fleet included. */
export const history: Measurement = {
  keys: ['history.bytes_per_entity_day'],
  async measure(setting) {
    const size = setting.quick ? { devices: 40, days: 2 } : { devices: 312, days: 14 };
    const { dir, entities, days } = await simulated(setting, size);
    const bytes = bytesOf(dir);
    const value = bytes / entities / days;
    const note = `the files history.db* after ${days} simulated days of ${entities} entities (devices, users, workloads), ${rounded(bytes / 1e6)} MB, evidence and hourly circumstances included`;
    return [
      figure('history.bytes_per_entity_day', { value, runs: [value], note, belowScale: setting.quick }),
    ];
  },
};

function bytesOf(dir: string): number {
  const files = readdirSync(dir).filter((name) => HISTORY.test(name));
  if (files.length === 0) throw new Error(`bench: ${dir} has no history`);
  return files.reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
}
