import type { EntityId } from '../model/index.ts';
import type { Engine } from './engine.ts';
import type { EntityGlance } from './view.ts';

/** Looked at in a fraction of a millisecond. */
const PORTION = 256;

/** All that have a posture, at a glance and in portions; the engine may go on between two. */
export function* glances(engine: Engine): Iterable<readonly EntityGlance[]> {
  let portion: EntityGlance[] = [];
  let looked = 0;
  for (const id of engine.directory.entities()) {
    const glance = glanceAt(engine, id);
    if (glance !== null) portion.push(glance);
    if (++looked % PORTION !== 0) continue;
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
