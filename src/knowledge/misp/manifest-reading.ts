import { z } from 'zod';
import { objectsIn } from '../../exposure/index.ts';
import { jsonIn, LIMITS } from '../../model/index.ts';

/** What a MISP feed's manifest says of an event. */
export interface NamedEvent {
  /** A UUID, as it is written there. */
  readonly id: string;
  /** Of its last change, in seconds. */
  readonly timestamp: number;
}

export type ManifestReading =
  | { readonly ok: false; readonly problem: string }
  | {
      readonly ok: true;
      /** The newest first, and not more than were asked for. */
      readonly events: readonly NamedEvent[];
      /** How many it names in all. */
      readonly named: number;
    };

/** It becomes part of a URL and of a file's name. */
const EVENT_ID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const Manifest = z.record(z.string(), z.unknown());
/** Since 1970, however it is written. */
export const Seconds = z
  .union([z.string().regex(/^\d{1,12}$/), z.int().min(0).max(999_999_999_999)])
  .transform((written) => Number(written));
const Said = z.object({ timestamp: Seconds });

/** The events that a manifest names. Where something of it is no such thing, nothing it names is asked for. */
export function readManifest(bytes: Buffer, mostEvents: number): ManifestReading {
  const isHonest = objectsIn(bytes) <= LIMITS.mispDocumentObjects;
  const written = Manifest.safeParse(isHonest ? jsonIn(bytes.toString()) : null);
  if (!written.success)
    return refused('it is no manifest of a MISP feed: a JSON object with an entry for each event');
  const found: NamedEvent[] = [];
  for (const [id, about] of Object.entries(written.data)) {
    const said = Said.safeParse(about);
    if (!EVENT_ID.test(id)) return refused(`entry ${found.length + 1} is not called by a UUID`);
    if (!said.success) return refused(`entry ${found.length + 1} has no timestamp in seconds`);
    found.push({ id, timestamp: said.data.timestamp });
  }
  if (found.length === 0) return refused('it names no event');
  found.sort((a, b) => b.timestamp - a.timestamp || (a.id < b.id ? -1 : 1));
  // One may be named twice, in capitals too: its last version counts.
  const last = new Map<string, NamedEvent>();
  for (const event of found) {
    const id = event.id.toLowerCase();
    if (!last.has(id)) last.set(id, event);
  }
  const events = [...last.values()];
  return { ok: true, events: events.slice(0, mostEvents), named: events.length };
}

/** Which events a manifest in a folder names, however it writes that; `null` where it is none. */
export function readEventIds(bytes: Buffer): readonly string[] | null {
  if (objectsIn(bytes) > LIMITS.mispDocumentObjects) return null;
  const written = jsonIn(bytes.toString());
  const isObject = typeof written === 'object' && written !== null && !Array.isArray(written);
  return isObject ? Object.keys(written) : null;
}

function refused(problem: string): ManifestReading {
  return { ok: false, problem };
}
