import { type ActorCatalogue, LIMITS, type NamedActor } from '../../model/index.ts';
import { readJson } from '../feeds/document.ts';
import { givenName } from '../feeds/found.ts';

type Fields = Readonly<Record<string, unknown>>;

const HEAD_BYTES = 65_536;
/** Galaxies of MISP whose clusters are groups of attackers. */
const ACTOR_GALAXY = /threat-actor|intrusion-set|activity-group|ics-groups/;

/**
 * Names of groups: a cluster of MISP's galaxies, or the intrusion sets of a STIX bundle (MITRE ATT&CK). `null` where the
 * text is neither. Descriptions are not kept.
 */
export function readActorCatalogue(bytes: Buffer, id: string): ActorCatalogue | null {
  const head = bytes.subarray(0, HEAD_BYTES).toString();
  const isMeant =
    /^\uFEFF?\s*\{/.test(head) && (/"values"\s*:\s*\[/.test(head) || /"objects"\s*:\s*\[/.test(head));
  const read = isMeant ? readJson(bytes) : null;
  if (read?.ok !== true) return null;
  const document = fieldsIn(read.document);
  const found = galaxyActors(document) ?? intrusionSets(document);
  if (found === null || found.length === 0) return null;
  const name = givenName(document['name']) ?? id;
  return { id, name, actors: found.slice(0, LIMITS.actorsPerCatalogue) };
}

function galaxyActors(document: Fields): readonly NamedActor[] | null {
  const { type, values } = document;
  if (typeof type !== 'string' || !ACTOR_GALAXY.test(type) || !Array.isArray(values)) return null;
  return objectsIn(values).flatMap((each) => actorOf(each['value'], fieldsIn(each['meta'])['synonyms']));
}

function intrusionSets({ objects }: Fields): readonly NamedActor[] | null {
  if (!Array.isArray(objects)) return null;
  const groups = objectsIn(objects).filter(
    (each) =>
      (each['type'] === 'intrusion-set' || each['type'] === 'threat-actor') &&
      each['revoked'] !== true &&
      each['x_mitre_deprecated'] !== true,
  );
  return groups.flatMap(({ name, aliases }) => actorOf(name, aliases));
}

function actorOf(value: unknown, synonyms: unknown): readonly NamedActor[] {
  const name = givenName(value);
  if (name === null) return [];
  const written = Array.isArray(synonyms) ? synonyms.slice(0, LIMITS.namesPerActor) : [];
  const aliases = written.flatMap((each: unknown) => givenName(each) ?? []);
  return [{ name, aliases: [...new Set(aliases)].filter((alias) => alias !== name) }];
}

function objectsIn(values: readonly unknown[]): readonly Fields[] {
  return values.filter((each) => typeof each === 'object' && each !== null) as readonly Fields[];
}

function fieldsIn(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
