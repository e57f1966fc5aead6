/** Events, each a JSON document, as the one document that is read. */
export function eventsDocument(events: readonly Buffer[]): Buffer {
  const parts = events.flatMap((event, index) => [index === 0 ? OPENING : SEPARATOR, event]);
  return parts.length === 0 ? Buffer.from('[]') : Buffer.concat([...parts, CLOSING]);
}

const [OPENING, SEPARATOR, CLOSING] = [Buffer.from('['), Buffer.from(','), Buffer.from(']')];
