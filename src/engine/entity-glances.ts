import type { EntityId } from '../model/index.ts';
import type { Engine } from './engine.ts';
import type { EntityGlance } from './view.ts';

/** Looked at in a fraction of a millisecond. */
const PORTION = 256;

/** All that have a posture, at a glance and in portions; the engine may go on between two. */
export function glances(engine: Engine): Iterable<readonly EntityGlance[]> {
  return inPortions(engine.directory.entities(), PORTION, (id) => glanceAt(engine, id));
}

/** What `read` gives of each, for so many at a time. */
export function* inPortions<T>(
  ids: Iterable<EntityId>,
  size: number,
  read: (id: EntityId) => T | null,
): Iterable<readonly T[]> {
  let portion: T[] = [];
  let looked = 0;
  for (const id of ids) {
    const item = read(id);
    if (item !== null) portion.push(item);
    if (++looked % size !== 0) continue;
    yield portion;
    portion = [];
  }
  yield portion;
}

function glanceAt(engine: Engine, entity: EntityId): EntityGlance | null {
  const gist = engine.directory.gist(entity);
  if (gist === null) return null;
  const { rows, standings } = engine.partitionOf(entity);
  const row = rows.find(entity);
  if (row === -1 || !standings.has(row)) return null;
  const { id, type, alias, kind, site, enrolment } = gist;
  const isEnrolled = enrolment.state === 'enrolled';
  const [riskLevel, scoreExact] = [standings.level(row), standings.score(row)];
  return { id, type, alias, kind, site, isEnrolled, riskLevel, scoreExact };
}
