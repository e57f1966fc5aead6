import type { Cause, ChangeListener, EntityId } from '../model/index.ts';
import { Changes } from './changes.ts';
import type { Shared } from './grounds.ts';
import type { Partition } from './partition.ts';

const BEGUN: Cause = { kind: 'history_begun', actor: null };

/** Whose postures there are, and who gave way to them. */
interface Published {
  readonly partitions: readonly Partition[];
  /** Identities that turned out to be others. */
  readonly gone: Iterable<EntityId>;
}

/** Tells somebody who knows nothing yet of all that is published at this moment, as if it had just come to be. */
export function introduce({ partitions, gone }: Published, shared: Shared, listener: ChangeListener): void {
  const changes = new Changes(BEGUN);
  changes.listen(listener);
  for (const partition of partitions) introducePartition(partition, changes, shared);
  changes.tellAnomalies();
  for (const id of gone) changes.posture(id, null, null, { ...momentOf(shared), evidence: () => [] });
}

function introducePartition(partition: Partition, changes: Changes, shared: Shared): void {
  const { rows, standings, sums, anomalies } = partition;
  const { at, profile } = momentOf(shared);
  for (const row of rows.all()) {
    const id = rows.id(row);
    const standing = standings.at(row);
    if (standing === null) continue;
    const factors = new Map(partition.factors(id).map((each) => [each.name, each.evidence]));
    changes.posture(id, null, standing, { at, profile, evidence: (name) => factors.get(name) ?? [] });
  }
  for (const row of sums.atRisk.worst(Infinity)) changes.atRisk(rows.id(row), true, at);
  for (const anomaly of anomalies.all()) changes.anomaly(anomaly, at);
}

function momentOf({ now: at, scoring }: Shared) {
  return { at, profile: scoring.version };
}
