import { HOUR_MS } from '../../../src/model/index.ts';
import type { Talk } from '../telemetry/talk.ts';

/** What the peers count of one host in one hour: connections that it opened. */
export interface HourCount {
  readonly hour: number;
  readonly connections: number;
  readonly bytesOut: number;
  readonly failed: number;
  readonly destinations: number;
  readonly ports: number;
}

/** Every hour from the first to the last full one, empty ones too. */
export function hourCounts(
  talks: readonly Talk[],
  host: string,
  firstHour: number,
  lastHour: number,
): readonly HourCount[] {
  const byHour = new Map<number, Talk[]>();
  for (const talk of talks) {
    if (talk.from !== host) continue;
    const hour = Math.floor(talk.time / HOUR_MS);
    const some = byHour.get(hour);
    if (some === undefined) byHour.set(hour, [talk]);
    else some.push(talk);
  }
  const hours: HourCount[] = [];
  for (let hour = firstHour; hour <= lastHour; hour++) hours.push(countOf(hour, byHour.get(hour) ?? []));
  return hours;
}

export function countOf(hour: number, talks: readonly Talk[]): HourCount {
  return {
    hour,
    connections: talks.length,
    bytesOut: talks.reduce((sum, { bytesOut }) => sum + (bytesOut ?? 0), 0),
    failed: talks.filter(({ outcome }) => outcome === 'unanswered' || outcome === 'rejected').length,
    destinations: new Set(talks.map(({ destination }) => destination)).size,
    ports: new Set(talks.map(({ port }) => port)).size,
  };
}

/** Learns from some hours of one host, then tells how odd another is: the larger, the odder. */
export type HourPeer = (trained: readonly HourCount[]) => (hour: HourCount) => number;
