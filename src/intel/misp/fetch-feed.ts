import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type NamedEvent, readingEvent, readingManifest } from '../../knowledge/index.ts';
import { LIMITS } from '../../model/index.ts';
import { download, type Validators, within } from '../download.ts';
import { FetchError, goingOn, type RequestSettings } from '../request.ts';
import { eventsDocument } from './events-document.ts';
import { KeptEvents } from './kept-events.ts';
import { eventUrl } from './manifest.ts';

/** Below the data directory; a folder for each feed. */
const EVENTS = 'misp-events';
const WHOLE_MS = 600_000;
/** A server that gives none of so many is left: each may be silent for 30 s, and all of them for the whole time. */
const FAILURES_IN_A_ROW = 20;

export interface MispFeedSource {
  /** Of the feed. */
  readonly id: string;
  readonly manifest: URL;
  readonly settings: RequestSettings;
  readonly signal: AbortSignal | undefined;
  readonly mostEvents?: number;
  readonly mostBytes?: number;
}

export type MispFetch =
  | { readonly changed: false }
  | {
      readonly changed: true;
      /** The events that were found or kept, as one. */
      readonly document: Buffer;
      readonly validators: Validators;
      /** What of the feed is not there, or is older; `null` where it is as its server has it. */
      readonly missing: string | null;
    };

/** Of a feed that is no more. */
export function forgetMispFeed(dir: string, id: string): Promise<void> {
  return rm(join(dir, EVENTS, id), { recursive: true, force: true });
}

/** The events that make the feed, and what did not come. */
interface Gathered {
  readonly events: readonly Buffer[];
  /** So many, the newest, fit into the feed. */
  readonly fitting: number;
  readonly problems: readonly string[];
}

/**
 * Fetches what its manifest names that is new or changed since, the newest first. What came before a break is kept, and
 * the next fetch goes on from it.
 * @throws FetchError
 */
export async function fetchMispFeed(
  dir: string,
  source: MispFeedSource,
  known: Validators | null,
): Promise<MispFetch> {
  const { id, manifest, settings, mostEvents = LIMITS.mispEvents } = source;
  const signal = within(WHOLE_MS, source.signal);
  const fetched = await download(manifest, known, {
    ...settings,
    mostBytes: LIMITS.mispManifestBytes,
    signal,
  });
  if (!fetched.changed) return fetched;
  // Of one more than are taken is known how large it is.
  const read = await readingManifest(fetched.bytes, mostEvents + 1);
  if (!read.ok) throw new FetchError(manifest, read.problem);
  const { events: all, named } = read;
  const kept = await KeptEvents.open(join(dir, EVENTS, id), manifest);
  const { events, fitting, problems } = await gather(all.slice(0, mostEvents), kept, { ...source, signal });
  await kept.keepOnly(all.slice(0, fitting + 1));
  const [first] = problems;
  if (events.length === 0 && first !== undefined)
    throw new FetchError(manifest, `none of its events could be fetched: ${first}`);
  const missing = missingOf(named, fitting, problems);
  const validators = missing === null ? fetched.validators : NONE;
  return { changed: true, document: await eventsDocument(events), validators, missing };
}

/** Of what is not whole the manifest is asked for again, changed or not. */
const NONE: Validators = { etag: null, lastModified: null };

async function gather(
  named: readonly NamedEvent[],
  kept: KeptEvents,
  { manifest, settings, signal, mostBytes = LIMITS.feedDocumentBytes }: MispFeedSource,
): Promise<Gathered> {
  const events: Buffer[] = [];
  const problems: string[] = [];
  let [bytes, objects, news, inARow] = [0, 0, 0, 0];
  for (const [index, event] of named.entries()) {
    const before = await kept.read(event);
    let found = before?.bytes ?? null;
    if (before?.timestamp !== event.timestamp) {
      const fetched = await eventFrom(manifest, event, { ...settings, signal });
      if (fetched instanceof FetchError) {
        if (signal?.aborted === true || ++inARow === FAILURES_IN_A_ROW)
          throw goingOn(manifest, fetched, `${news} new events`);
        problems.push(`${event.id}: ${fetched.problem}`);
      } else {
        inARow = 0;
        if (fetched.timestamp < event.timestamp) problems.push(`${event.id}: ${BEHIND}`);
        if (!isBetween(before, fetched, event)) {
          await kept.keep(fetched, fetched.bytes);
          news++;
          found = fetched.bytes;
        }
      }
    }
    if (found === null) continue;
    const read = await readingEvent(found);
    bytes += read.bytes.length + 1;
    objects += read.objects;
    if (bytes > mostBytes || objects >= LIMITS.feedDocumentObjects)
      return { events, fitting: index, problems };
    events.push(read.bytes);
  }
  return { events, fitting: named.length, problems };
}

/** As a cache before a server gives it: under its own date, so that it is asked for again. */
const BEHIND = 'the server still has an earlier version, behind its manifest';

/** Whether the one that is kept is newer than what was sent, and not taken back by the manifest. */
function isBetween(kept: NamedAt | null, sent: NamedAt, named: NamedAt): boolean {
  return kept !== null && sent.timestamp < kept.timestamp && kept.timestamp < named.timestamp;
}

type NamedAt = Pick<NamedEvent, 'timestamp'>;

function missingOf(all: number, fitting: number, problems: readonly string[]): string | null {
  const [first] = problems;
  const said = [
    ...(fitting < all
      ? [
          `the ${fitting} newest of ${all} events are taken, ${all - fitting} older ones are left out (a feed by URL has at most ${LIMITS.mispEvents} events, ${LIMITS.feedDocumentBytes} bytes and ${LIMITS.feedDocumentObjects} objects)`,
        ]
      : []),
    ...(first === undefined
      ? []
      : [
          `${problems.length} of ${all} events could not be fetched as the manifest has them, of them the last good version counts where there is one (${first})`,
        ]),
  ];
  return said.length === 0 ? null : said.join('; ');
}

/** Of its own date, at most of the manifest's. */
interface SentEvent extends NamedEvent {
  readonly bytes: Buffer;
}

/** The event as its server has it, or why it could not be had: another may still be. */
async function eventFrom(
  manifest: URL,
  event: NamedEvent,
  settings: RequestSettings & { readonly signal: AbortSignal | undefined },
): Promise<SentEvent | FetchError> {
  const url = eventUrl(manifest, event);
  const fetched = await download(url, null, { ...settings, mostBytes: LIMITS.mispEventBytes }).catch(failure);
  if (fetched instanceof FetchError) return fetched;
  const { objects, uuid, timestamp, bytes } = await readingEvent(
    fetched.changed ? fetched.bytes : Buffer.alloc(0),
  );
  if (objects > LIMITS.mispDocumentObjects)
    return new FetchError(url, `it has more than ${LIMITS.mispDocumentObjects} objects and arrays`);
  if (uuid?.toLowerCase() === event.id.toLowerCase())
    return { ...event, timestamp: Math.min(timestamp ?? event.timestamp, event.timestamp), bytes };
  return new FetchError(url, 'it is not this event as JSON: it is cut off, damaged, or something else');
}

function failure(cause: unknown): FetchError {
  if (cause instanceof FetchError) return cause;
  throw cause;
}
