import { LIMITS } from '../../../model/index.ts';
import { ATTRIBUTING } from './attribution.ts';
import { isNewer, isObject, KEPT_FIELDS, type StixObject } from './bundle.ts';

/** Longer ones are refused by the reader; what is beyond says nothing more. */
const TEXT_CHARS = 32_769;
const TEXTS = 32;
/** UUIDs with a type before them; others are not of STIX. */
const ID = /^[a-z0-9-]{1,80}--[0-9A-Za-z-]{1,80}$/;

export type Collected = 'news' | 'known' | 'passed_over';

/**
 * The objects of a collection that is fetched a bit at a time: of each id the last version, a revocation for good, and of
 * each object only what is read.
 */
export class StixCollection {
  readonly #byId = new Map<string, StixObject>();
  #bytes = 0;

  get size(): number {
    return this.#byId.size;
  }

  /** More than can be read as one document. */
  get isFull(): boolean {
    return this.#bytes > LIMITS.feedDocumentBytes || this.#byId.size > LIMITS.collectionObjects;
  }

  objects(): Iterable<StixObject> {
    return this.#byId.values();
  }

  /** Takes one object over; `kept` is what was kept of it, where it is news. */
  take(object: unknown): { readonly is: Collected; readonly kept: StixObject | null } {
    const kept = reducedObject(object);
    // A relationship of another kind says nothing, unless it was one that did.
    if (kept === null || (isOfNoUse(kept) && !this.#byId.has(String(kept['id']))))
      return { is: 'passed_over', kept: null };
    const id = String(kept['id']);
    const before = this.#byId.get(id);
    if (before !== undefined && (!isNewer(kept, before) || isEqual(kept, before)))
      return { is: 'known', kept: null };
    this.#byId.set(id, kept);
    this.#bytes += JSON.stringify(kept).length - (before === undefined ? 0 : JSON.stringify(before).length);
    return { is: 'news', kept };
  }
}

/** Whether it says what is known already. */
function isEqual(a: StixObject, b: StixObject): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** `null` for what no indicator is read from. Of what was revoked only that it was. */
export function reducedObject(object: unknown): StixObject | null {
  if (!isObject(object)) return null;
  const { type, id, modified, revoked } = object;
  if (typeof type !== 'string' || typeof id !== 'string' || !ID.test(id)) return null;
  if (!Object.hasOwn(KEPT_FIELDS, type)) return null;
  if (revoked === true) return { type, id, revoked, ...(typeof modified === 'string' ? { modified } : {}) };
  const kept: Record<string, unknown> = { type, id };
  for (const field of ['created', 'modified', ...(KEPT_FIELDS[type] ?? [])]) {
    const value = keptValue(object[field]);
    if (value !== undefined) kept[field] = value;
  }
  return kept;
}

function isOfNoUse({ type, revoked, relationship_type: kind }: StixObject): boolean {
  return type === 'relationship' && revoked !== true && !isRead(kind);
}

/** The relationships of which something is read. */
function isRead(relationship: unknown): boolean {
  return typeof relationship === 'string' && (relationship === 'indicates' || ATTRIBUTING.has(relationship));
}

function keptValue(value: unknown): unknown {
  if (typeof value === 'string') return value.slice(0, TEXT_CHARS);
  // 1e999 is no number that JSON keeps, nor is −0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : undefined;
  if (!Array.isArray(value)) return undefined;
  return (value as readonly unknown[]).slice(0, TEXTS).flatMap((each): readonly unknown[] => {
    if (typeof each === 'string') return [each.slice(0, 200)];
    const phase = isObject(each) ? each['phase_name'] : undefined;
    return typeof phase === 'string' ? [{ phase_name: phase.slice(0, 200) }] : [];
  });
}
