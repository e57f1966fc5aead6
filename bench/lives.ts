import { join } from 'node:path';
import { engineKeys } from '../src/data-directory/index.ts';
import { createEngineView, Engine, type LiveView } from '../src/engine/index.ts';
import { readJournal } from '../src/journal/index.ts';
import type { EpochMs } from '../src/model/index.ts';
import { createNameGate, createSealer, loadKeys } from '../src/privacy/index.ts';
import { type CircumstanceKey, type Entry, openHistory, type Past } from '../src/store/index.ts';
import type { Simulated } from './simulated.ts';

const CIRCUMSTANCES: readonly CircumstanceKey[] = [
  'policies',
  'feeds',
  'sites',
  'sensors',
  'dimensions',
  'violations',
  'scoring',
  'hour',
];

/** What is to be kept of a fleet's life, in order, and its present when all of it has happened. */
export interface Lives {
  readonly entries: readonly Entry[];
  readonly now: LiveView;
}

/**
 * The life of a simulated fleet: its journal replayed into an engine that is listened to, and the circumstances from
 * the history that the product kept of it.
 */
export async function livesOf({ dir, records }: Simulated): Promise<Lives> {
  const keys = await loadKeys(join(dir, 'keys'), () => {
    throw new Error('bench: the keys are missing');
  });
  const sealer = createSealer({ keys, gate: createNameGate(), domains: {} });
  const engine = new Engine(engineKeys(() => sealer));
  const entries: Entry[] = [];
  engine.listen({
    postureChanged: (change) => {
      const profile = change.before === null ? engine.directory.profile(change.entity) : null;
      if (profile !== null) {
        const { lastSeen: _, ...facts } = profile;
        entries.push({ kind: 'facts', at: change.at, facts: { ...facts } });
      }
      entries.push({ kind: 'posture', change, into: null });
    },
    anomalyChanged: (change) => entries.push({ kind: 'anomaly', change }),
    atRiskChanged: (change) => entries.push({ kind: 'at_risk', change }),
  });
  const kept = openHistory(join(dir, 'history.db'));
  const seen = new Map<CircumstanceKey, string>();
  for await (const batch of readJournal(join(dir, 'journal'), 0, records)) {
    for (const { record } of batch) {
      engine.apply(record);
      const { span } = kept;
      if (span === null || engine.now < span.from) continue;
      entries.push(...changedCircumstances(kept.asOf(engine.now), engine.now, seen));
    }
  }
  kept.close();
  return { entries, now: createEngineView(engine) };
}

function changedCircumstances(past: Past, at: EpochMs, seen: Map<CircumstanceKey, string>): Entry[] {
  return CIRCUMSTANCES.flatMap((key) => {
    const value = past.circumstance(key);
    const text = JSON.stringify(value);
    if (value === null || seen.get(key) === text) return [];
    seen.set(key, text);
    return [{ kind: 'circumstance', key, at, value } as Entry];
  });
}
