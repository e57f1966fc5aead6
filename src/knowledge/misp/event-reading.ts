import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { objectsIn } from '../../exposure/index.ts';
import { jsonIn, LIMITS } from '../../model/index.ts';
import { Seconds } from './manifest-reading.ts';

/** What has to be known of an event before it becomes part of a feed. */
export interface EventReading {
  /** Objects and arrays in it. */
  readonly objects: number;
  /** Which event it says it is; `null` where it is none, or has too many objects to be looked into. */
  readonly uuid: string | null;
  /** Of its last change, in seconds; `null` where it does not say. */
  readonly timestamp: number | null;
}

const Event = z.object({ Event: z.object({ uuid: z.string(), timestamp: Seconds.nullable().catch(null) }) });

export function readEvent(bytes: Buffer): EventReading {
  const objects = objectsIn(bytes);
  const isHonest = objects <= LIMITS.mispDocumentObjects && isUtf8(bytes);
  const written = Event.safeParse(isHonest ? jsonIn(bytes.toString()) : null);
  const { uuid, timestamp } = written.data?.Event ?? { uuid: null, timestamp: null };
  return { objects, uuid, timestamp };
}
