import type { EpochMs, Observation, Outcome, Protocol } from '../../../src/model/index.ts';
import { isTwoEnded } from './ends.ts';

/** One conversation as the peers see it: what a connection log says, or what stands for one where there is none. */
export interface Talk {
  readonly time: EpochMs;
  readonly from: string;
  readonly to: string;
  /** As the peers call the other end: its name where only the name is stable, else its address. */
  readonly destination: string;
  readonly port: number | null;
  readonly protocol: Protocol;
  readonly outcome: Outcome;
  /** Payload bytes that `from` sent; `null` where not known. */
  readonly bytesOut: number | null;
}

/** Connections; where a set has none, its HTTP requests, by the name of the server. */
export function talksOf(observations: readonly Observation[]): readonly Talk[] {
  const hasConnections = observations.some(({ kind }) => kind === 'connection');
  const wanted = hasConnections ? 'connection' : 'http';
  return observations.filter(({ kind }) => kind === wanted).flatMap(talkOf);
}

export function talkOf(observation: Observation): readonly Talk[] {
  if (!isTwoEnded(observation) || observation.to === null) return [];
  const isConnection = observation.kind === 'connection';
  const { time, from, to } = observation;
  return [
    {
      time,
      from: from.address,
      to: to.address,
      destination: isConnection ? to.address : (observation.name ?? to.address),
      port: to.port,
      protocol: isConnection ? observation.protocol : 'tcp',
      outcome: isConnection ? observation.outcome : 'established',
      bytesOut: 'bytesOut' in observation ? observation.bytesOut : null,
    },
  ];
}
