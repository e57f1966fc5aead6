import type { DocumentFormat } from '../format.ts';
import { type Found, instantOf } from '../found.ts';
import { ACTORS, Attribution, textOf } from './attribution.ts';
import { readPattern } from './pattern.ts';

export type StixObject = Readonly<Record<string, unknown>>;

/** Indicator types of STIX → nothing but what says something; the others are words. */
const HARMLESS = new Set(['benign']);
/** What it points at: its names and types are words. */
const MALWARE = new Set(['malware', 'tool', 'infrastructure', 'attack-pattern']);

const NAMED = ['name'];
const MALICE = ['name', 'malware_types', 'infrastructure_types'];
/** What is read of an object, by its type, beside its id and dates; objects of other types are passed over. */
export const KEPT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  indicator: [
    'name',
    'indicator_types',
    'labels',
    'pattern',
    'pattern_type',
    'kill_chain_phases',
    'valid_from',
    'valid_until',
    'confidence',
  ],
  relationship: ['relationship_type', 'source_ref', 'target_ref'],
  ...Object.fromEntries([...ACTORS].map((type) => [type, NAMED])),
  ...Object.fromEntries([...MALWARE].map((type) => [type, MALICE])),
};

/** A STIX 2.1 bundle, or the envelope in which a TAXII server sends its objects; STIX 2.0 differs in nothing that is read here. */
export const stix: DocumentFormat = {
  kind: 'document',
  name: 'stix',
  recognises: (document) => {
    if (!isObject(document)) return false;
    const objects = document['objects'];
    return (
      Array.isArray(objects) &&
      (document['type'] === 'bundle' ||
        objects.some((each) => isObject(each) && typeof each['id'] === 'string' && each['id'].includes('--')))
    );
  },
  *read(document, { now }) {
    const objects = yield* newest(isObject(document) ? document['objects'] : []);
    const byId = yield* byIdOf(objects);
    const targets = yield* targetsOf(objects, byId);
    const attribution = new Attribution(byId);
    yield* inPortions(objects, (object) => attribution.add(object));
    for (const object of objects) {
      if (object['type'] === 'indicator')
        yield indicator(object, targets.get(textOf(object['id'])) ?? [], attribution, now);
      else
        yield [{ entry: { kind: 'skipped', what: kindOf(object) }, feedDate: instantOf(object['modified']) }];
    }
  },
};

export function isObject(value: unknown): value is StixObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of the versions of one id the last modified, in the order of the bundle. */
function* newest(objects: unknown): Portions<readonly StixObject[]> {
  const byId = new Map<string, StixObject>();
  yield* inPortions(Array.isArray(objects) ? (objects as readonly unknown[]) : [], (object, index) => {
    if (!isObject(object)) return;
    const id = typeof object['id'] === 'string' ? object['id'] : `#${index}`;
    const before = byId.get(id);
    if (before === undefined || isNewer(object, before)) byId.set(id, object);
  });
  return [...byId.values()];
}

/** Work in portions of a few milliseconds, with `null` between two of them. */
type Portions<T> = Generator<null, T>;

const OBJECTS_PER_PORTION = 1_000;

function* inPortions<T>(all: readonly T[], work: (each: T, index: number) => void): Portions<void> {
  for (const [index, each] of all.entries()) {
    work(each, index);
    if (index % OBJECTS_PER_PORTION === 0) yield null;
  }
}

/** Those that have an id: others are named by nobody. */
function* byIdOf(objects: readonly StixObject[]): Portions<ReadonlyMap<string, StixObject>> {
  const byId = new Map<string, StixObject>();
  yield* inPortions(objects, (object) => {
    const id = textOf(object['id']);
    if (id !== '') byId.set(id, object);
  });
  return byId;
}

/** A revocation is final. */
export function isNewer(object: StixObject, before: StixObject): boolean {
  if (before['revoked'] === true) return false;
  if (object['revoked'] === true) return true;
  return (instantOf(object['modified']) ?? 0) >= (instantOf(before['modified']) ?? 0);
}

/** What each indicator points at. */
function* targetsOf(
  objects: readonly StixObject[],
  byId: ReadonlyMap<string, StixObject>,
): Portions<ReadonlyMap<string, readonly StixObject[]>> {
  const targets = new Map<string, StixObject[]>();
  yield* inPortions(objects, (each) => {
    if (each['type'] !== 'relationship' || each['revoked'] === true) return;
    if (each['relationship_type'] !== 'indicates') return;
    const target = byId.get(textOf(each['target_ref']));
    if (target === undefined || target['revoked'] === true) return;
    const source = textOf(each['source_ref']);
    if (source === '') return;
    const known = targets.get(source);
    if (known === undefined) targets.set(source, [target]);
    else if (known.length < 32) known.push(target);
  });
  return targets;
}

function indicator(
  object: StixObject,
  targets: readonly StixObject[],
  attribution: Attribution,
  now: number,
): readonly Found[] {
  const feedDate = instantOf(object['modified']);
  if (object['revoked'] === true) return [{ entry: { kind: 'skipped', what: 'revoked' }, feedDate }];
  // Held back until an import after that (STIX 2.1 §4.7.1).
  const validFrom = instantOf(object['valid_from']);
  if (validFrom !== null && validFrom > now)
    return [{ entry: { kind: 'skipped', what: 'not_yet_valid' }, feedDate }];
  const types = textsOf(object['indicator_types']);
  if (types.some((type) => HARMLESS.has(type)))
    return [{ entry: { kind: 'skipped', what: 'benign' }, feedDate }];
  const language = object['pattern_type'] ?? 'stix';
  if (language !== 'stix') return [{ entry: { kind: 'refused', reason: 'pattern_language' }, feedDate }];
  const reading = readPattern(typeof object['pattern'] === 'string' ? object['pattern'] : '');
  if (!reading.ok) return [{ entry: { kind: 'refused', reason: reading.reason }, feedDate }];
  const said = {
    words: wordsOf(object, types, targets),
    confidence: shareOf(object['confidence']),
    firstSeen: validFrom,
    lastSeen: lastWord(object, now),
    validUntil: instantOf(object['valid_until']),
    actors: [...new Set(targets.flatMap((target) => attribution.of(target)))],
    feedDate,
  };
  return reading.entries.map((entry) => ({ entry, ...said }));
}

/** When its maker last stood by it; a date in the future is none. */
function lastWord(object: StixObject, now: number): number | null {
  const times = [object['modified'], object['created'], object['valid_from']]
    .map(instantOf)
    .filter((time) => time !== null && time <= now);
  return times[0] ?? null;
}

function wordsOf(object: StixObject, types: readonly string[], targets: readonly StixObject[]): string[] {
  const malware = targets.filter((target) => MALWARE.has(textOf(target['type'])));
  const phases = (Array.isArray(object['kill_chain_phases']) ? object['kill_chain_phases'] : []).flatMap(
    (phase: unknown) => (isObject(phase) ? textsOf([phase['phase_name']]) : []),
  );
  return [
    ...types,
    ...textsOf(object['labels']),
    ...phases,
    ...textsOf([object['name']]),
    ...malware.flatMap((each) => [
      ...textsOf(each['malware_types']),
      ...textsOf(each['infrastructure_types']),
      ...textsOf([each['name']]),
    ]),
  ];
}

/** Absent is unknown; 0 is "None" (STIX 2.1 appendix A). */
function shareOf(confidence: unknown): number | null {
  return typeof confidence === 'number' && confidence >= 0 && confidence <= 100 ? confidence / 100 : null;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string').slice(0, 32) : [];
}

function kindOf({ type }: StixObject): string {
  return typeof type === 'string' && /^[a-z0-9-]{1,40}$/.test(type) ? type.replaceAll('-', '_') : 'other';
}
