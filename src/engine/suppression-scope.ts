import {
  type Anomaly,
  type Detection,
  type EntityId,
  type EntityProfile,
  type EvidenceTarget,
  isWithin,
  parseNetwork,
  type SuppressionScope,
  isMaintenanceNote,
} from '../model/index.ts';

/** What a detection or an anomaly is about, as far as suppressions look at it. */
export type Suppressible = Pick<Anomaly, 'type' | 'evidence' | 'unshown'> & Pick<Detection, 'targets'>;

/** An entity by its canonical id and the words that the inventory says of it. */
export type Whose = Pick<EntityProfile, 'id' | 'tags'>;

/** Tells whether a detection lies in a scope. What a destination or a port is asked of must be in all of its evidence. */
export function scopeMatcher(
  scope: SuppressionScope,
  canonical: (id: EntityId) => EntityId,
): (whose: Whose, found: Suppressible) => boolean {
  const { entity, tag, type, destination, port } = scope;
  const isAt = destination === null ? null : destinationMatcher(destination);
  return ({ id, tags }, found) => {
    if (type !== null && found.type !== type) return false;
    if (entity !== null && canonical(entity) !== canonical(id)) return false;
    if (tag !== null && !tags.includes(tag)) return false;
    if (isAt !== null && !all(found, ({ subject }) => subject !== null && isAt(subject))) return false;
    return port === null || all(found, (each) => each.port === port);
  };
}

/** A detection that points at anything else, too, is not what was meant; nor is one of which nobody knows all. */
function all(
  { evidence, targets = [], unshown }: Suppressible,
  isMeant: (each: EvidenceTarget) => boolean,
): boolean {
  const told = evidence.filter((each) => !isMaintenanceNote(each));
  if (told.length === 0 || !told.every(isMeant) || !targets.every(isMeant)) return false;
  return unshown === undefined || isMeant(unshown);
}

/** An address or a network holds addresses; a domain itself and what is below it. */
function destinationMatcher(destination: string): (subject: string) => boolean {
  const network = parseNetwork(destination);
  if (network !== null) {
    return (subject) => {
      const meant = parseNetwork(subject);
      return meant !== null && isWithin(meant, network);
    };
  }
  const domain = destination.toLowerCase();
  return (subject) => subject === domain || subject.endsWith(`.${domain}`);
}
