import type { Engine } from '../engine/index.ts';
import { type Anomaly, type AnomalyId, type EntityId, isEntityId } from '../model/index.ts';
import { OperationError, suggestion } from '../refusals/index.ts';

/** @throws OperationError with the nearest id */
export function knownAnomaly(engine: Engine, id: string): Anomaly {
  for (const { anomalies } of engine.partitions) {
    const known = anomalies.get(id as AnomalyId);
    if (known !== null) return known;
  }
  const ids = engine.partitions.flatMap(({ anomalies }) => Array.from(anomalies.all(), (each) => each.id));
  throw new OperationError(
    'unknown_anomaly',
    `There is no anomaly "${id.slice(0, 80)}"${suggestion(id, ids) || '; see stance anomalies list'}`,
  );
}

/** A tag that somebody has: a mistyped one would hold nothing back, and nobody would notice. */
export function knownTag({ directory }: Engine, tag: string): string {
  const tags = directory.tags();
  if (tags.has(tag)) return tag;
  throw new OperationError(
    'unknown_tag',
    `Nobody has the tag "${tag.slice(0, 80)}"${suggestion(tag, tags) || tagsTold(tags)}`,
  );
}

const TAGS_TOLD = 10;

/** Where none is like it: those that there are. */
function tagsTold(tags: ReadonlySet<string>): string {
  if (tags.size === 0) return '; no entity of the inventory has any tag';
  const shown = [...tags].sort().slice(0, TAGS_TOLD);
  return `; there are ${shown.join(', ')}${tags.size > shown.length ? ' and others' : ''}`;
}

/** By any of its ids; gives the canonical one. */
export function knownEntity(engine: Engine, id: string): EntityId {
  if (isEntityId(id) && engine.directory.profile(id) !== null) return engine.directory.canonical(id);
  const nearest = engine.directory.nearest(id, 3);
  const hint = nearest.length === 0 ? '' : `; the nearest are ${nearest.join(', ')}`;
  throw new OperationError('unknown_entity', `There is no entity "${id.slice(0, 80)}"${hint}`);
}
