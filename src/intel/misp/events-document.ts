import { gathered } from '../../http/index.ts';

/** Events, each a JSON document, as the one document that is read. */
export async function eventsDocument(events: readonly Buffer[]): Promise<Buffer> {
  const parts = events.flatMap((event, index) => [index === 0 ? OPENING : SEPARATOR, event]);
  return parts.length === 0 ? Buffer.from('[]') : gathered([...parts, CLOSING]);
}

const [OPENING, SEPARATOR, CLOSING] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];
