import type { Engine } from '../engine/index.ts';
import type { Circumstances, Entry, History } from '../store/index.ts';
import { CircumstanceSampler } from './circumstances.ts';

/** Entries of one transaction; nothing else runs yet. */
const WRITE_AT = 4_000;

/**
 * Begins an empty history in the middle: all that is published after `records` records is its first word. It has its
 * mark only when all of it is on disk; until then it is the beginning of nothing, and is begun again.
 */
export function beginHistory(engine: Engine, history: History, records: number): void {
  const { now: at, directory } = engine;
  let entries: Entry[] = [{ kind: 'circumstance', at, key: 'begun', value: { at, records } }];
  const keep = (entry: Entry): void => {
    entries.push(entry);
    if (entries.length < WRITE_AT) return;
    history.write(entries, { records: 0, changes: 0 });
    entries = [];
  };
  for (const id of directory.entities()) {
    const profile = directory.profileNow(id);
    if (profile === null) continue;
    const { lastSeen: _, ...facts } = profile;
    keep({ kind: 'facts', at, facts });
  }
  engine.introduce({
    postureChanged: (change) => {
      const into = change.after === null ? directory.canonical(change.entity) : null;
      keep({ kind: 'posture', change, into });
    },
    atRiskChanged: (change) => keep({ kind: 'at_risk', change }),
    anomalyChanged: (change) => keep({ kind: 'anomaly', change }),
  });
  for (const entry of new CircumstanceSampler(engine, history).sample(at)) keep(entry);
  entries.push({ kind: 'point', record: records });
  history.write(entries, { records, changes: 0 });
}

/** Where a history was begun in the middle, as long as nothing after that was forgotten. */
export function beginningOf(history: History): Circumstances['begun'] | null {
  const begun = history.circumstance('begun');
  return begun !== null && begun.at === history.span?.from ? begun : null;
}
