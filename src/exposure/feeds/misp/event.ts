import type { DocumentFormat } from '../format.ts';
import { epochSeconds, type Found, givenName, instantOf } from '../found.ts';
import { attributeEntries } from './attribute.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What an event's or an attribute's tags and galaxies say. */
interface Context {
  readonly words: readonly string[];
  readonly actors: readonly string[];
  readonly confidence: number | null;
}

/** Tags that say how sure somebody is, in the taxonomies that are used for it. */
const CONFIDENCES: readonly (readonly [RegExp, number])[] = [
  [/^misp:confidence-level="completely-confident"/, 1],
  [/^misp:confidence-level="usually-confident"/, 0.8],
  [/^misp:confidence-level="fairly-confident"/, 0.6],
  [/^misp:confidence-level="rarely-confident"/, 0.3],
  [/^misp:confidence-level="unconfident"/, 0.1],
  [/^estimative-language:confidence-in-analytic-judgment="high"/, 0.9],
  [/^estimative-language:confidence-in-analytic-judgment="moderate"/, 0.6],
  [/^estimative-language:confidence-in-analytic-judgment="low"/, 0.3],
  [/^admiralty-scale:information-credibility="1"/, 0.95],
  [/^admiralty-scale:information-credibility="2"/, 0.8],
  [/^admiralty-scale:information-credibility="3"/, 0.6],
  [/^admiralty-scale:information-credibility="4"/, 0.3],
  [/^admiralty-scale:information-credibility="5"/, 0.1],
];
const FALSE_POSITIVE = /^false-positive:risk="(?:high|medium)"/;
/** Galaxies whose clusters are groups of attackers. */
const ACTORS =
  '(?:threat-actor|360net-threat-actor|microsoft-activity-group|mitre-(?:[a-z]+-)*intrusion-set|mitre-ics-groups)';
const ACTOR_GALAXY = new RegExp(`^${ACTORS}$`);
const ACTOR_TAG = new RegExp(`^misp-galaxy:${ACTORS}="([^"]+)"`);

/** MISP events: alone, under `response`, or as an array. Only attributes marked `to_ids` are meant to be looked for. */
export const misp: DocumentFormat = {
  kind: 'document',
  name: 'misp',
  recognises: (document) => eventsOf(document).length > 0,
  *read(document) {
    for (const event of eventsOf(document)) yield* eventRecords(event);
  },
};

function eventsOf(document: unknown): readonly Fields[] {
  const list: unknown = isObject(document) && 'response' in document ? document['response'] : document;
  return (Array.isArray(list) ? (list as readonly unknown[]) : [list]).flatMap((each) => {
    const event = isObject(each) ? (each['Event'] ?? each) : null;
    return isObject(event) &&
      typeof event['info'] === 'string' &&
      (Array.isArray(event['Attribute']) || Array.isArray(event['Object']))
      ? [event]
      : [];
  });
}

function* eventRecords(event: Fields): Generator<readonly Found[]> {
  const feedDate = epochSeconds(event['timestamp']) ?? instantOf(event['date']);
  const context = contextOf(event, { words: textsOf([event['info']]), actors: [], confidence: null });
  for (const attribute of objectsOf(event['Attribute'])) yield attributeRecord(attribute, context, feedDate);
  for (const object of objectsOf(event['Object'])) {
    const isGone = isSaid(object['deleted']);
    const inner = contextOf(object, context);
    const listed = objectsOf(object['Attribute']);
    // The hashes of one object are of one file: the strongest of those that hold are enough.
    const strongest = Math.max(0, ...listed.filter(isHash).map(lengthOf));
    for (const attribute of listed) {
      if (isGone) yield [{ entry: { kind: 'skipped', what: 'deleted' }, feedDate }];
      else if (isHash(attribute) && lengthOf(attribute) < strongest)
        yield [{ entry: { kind: 'skipped', what: 'weaker_hash' }, feedDate }];
      else yield attributeRecord(attribute, inner, feedDate);
    }
  }
}

function isHash(attribute: Fields): boolean {
  const { type } = attribute;
  return (type === 'md5' || type === 'sha1' || type === 'sha256') && whyNot(attribute) === null;
}

function lengthOf({ value }: Fields): number {
  return textOf(value).trim().length;
}

/** Why it is not listed. Everything else of an event is context: what was attacked, whose report it is. */
function whyNot(attribute: Fields): 'deleted' | 'not_for_detection' | 'false_positive' | null {
  if (isSaid(attribute['deleted'])) return 'deleted';
  if (!isForDetection(attribute['to_ids'])) return 'not_for_detection';
  return tagsOf(attribute).some((tag) => FALSE_POSITIVE.test(tag)) ? 'false_positive' : null;
}

function attributeRecord(attribute: Fields, event: Context, feedDate: number | null): readonly Found[] {
  const what = whyNot(attribute);
  if (what !== null) return [{ entry: { kind: 'skipped', what }, feedDate }];
  const { words, actors, confidence } = contextOf(attribute, event);
  const said = {
    words: [...textsOf([attribute['category'], attribute['comment']]), ...words],
    actors,
    confidence,
    firstSeen: instantOf(attribute['first_seen']),
    lastSeen: instantOf(attribute['last_seen']) ?? epochSeconds(attribute['timestamp']) ?? feedDate,
    feedDate,
  };
  return attributeEntries(textOf(attribute['type']), textOf(attribute['value'])).map((entry) => ({
    entry,
    ...said,
  }));
}

export function isForDetection(said: unknown): boolean {
  return isSaid(said);
}

/** However the exporter writes that it is so: `true`, 1, or either as a text. */
function isSaid(said: unknown): boolean {
  return said === true || said === 1 || said === '1' || (typeof said === 'string' && /^true$/i.test(said));
}

/** What is said of the inner thing, before what is said of the outer one. */
function contextOf(fields: Fields, outer: Context): Context {
  const tags = tagsOf(fields);
  const galaxies = objectsOf(fields['Galaxy']).flatMap((galaxy) => {
    const isActor = typeof galaxy['type'] === 'string' && ACTOR_GALAXY.test(galaxy['type']);
    const names = objectsOf(galaxy['GalaxyCluster']).flatMap((cluster) => textsOf([cluster['value']]));
    return names.map((name) => ({ name, isActor }));
  });
  const actors = [
    ...tags.flatMap((tag) => ACTOR_TAG.exec(tag)?.[1] ?? []),
    ...galaxies.filter(({ isActor }) => isActor).map(({ name }) => name),
  ];
  const confidence =
    CONFIDENCES.find(([pattern]) => tags.some((tag) => pattern.test(tag)))?.[1] ?? outer.confidence;
  if (tags.length === 0 && galaxies.length === 0) return outer;
  return {
    words: [...tags, ...galaxies.map(({ name }) => name), ...outer.words],
    actors: [...new Set([...outer.actors, ...actors.flatMap((name) => givenName(name) ?? [])])],
    confidence,
  };
}

function tagsOf(fields: Fields): readonly string[] {
  return objectsOf(fields['Tag'])
    .flatMap((tag) => textsOf([tag['name']]))
    .slice(0, 64);
}

function objectsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function textsOf(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string').map((text) => text.slice(0, 500));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
