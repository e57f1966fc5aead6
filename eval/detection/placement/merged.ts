import type { Event } from '../../../src/model/index.ts';

/** Two streams in order of time as one. */
export function merged(background: readonly Event[], added: readonly Event[]): readonly Event[] {
  const all: Event[] = [];
  let next = 0;
  for (const event of background) {
    for (; next < added.length && (added[next] as Event).time < event.time; next++)
      all.push(added[next] as Event);
    all.push(event);
  }
  return all.concat(added.slice(next));
}
