import type { ComplianceWord, EntityId } from '../model/index.ts';
import { FleetStanding } from './fleet-standing.ts';
import { pictureIn } from './past.ts';
import type { Tables } from './tables.ts';
import type { Words } from './words.ts';

/** Takes an entity out of all that is kept, within a transaction: the fleet was, at every instant, what it was without it. */
export function eraseEntity(id: EntityId, tables: Tables, words: Words): void {
  const entity = tables.knownEntity(id);
  if (entity === null) return;
  for (const { number, body } of tables.fleets()) {
    tables.setFleet(number, without(entity, number, FleetStanding.from(body), tables, words).written());
  }
  for (const { number, body } of tables.circumstances('compliance')) {
    const said = JSON.parse(body) as readonly ComplianceWord[];
    const others = said.filter((word) => word.kind !== 'exception' || word.entity !== id);
    if (others.length < said.length) tables.setCircumstance('compliance', number, JSON.stringify(others));
  }
  // Policies are the operator's, whom they named is not.
  for (const { number, body } of tables.circumstances('policies')) {
    const unnamed = body.replaceAll(`"${id}"`, '"usr_erased"');
    if (unnamed !== body) tables.setCircumstance('policies', number, unnamed);
  }
  tables.eraseEntity(entity, id);
}

function without(
  entity: number,
  upTo: number,
  standing: FleetStanding,
  tables: Tables,
  words: Words,
): FleetStanding {
  const picture = pictureIn(tables, words, entity, upTo);
  if (picture !== null) standing.change(entity, picture, null);
  for (const { anomaly } of tables.anomaliesOf(entity, upTo)) {
    standing.noteAnomaly({ id: anomaly as `ano_${string}`, status: 'closed', incidentId: null });
  }
  return standing;
}
