import type { Endpoint, Observation } from '../../../src/model/index.ts';

/** Observations that have two ends. */
export type TwoEnded = Extract<
  Observation,
  { readonly kind: 'connection' | 'dns' | 'tls' | 'http' | 'remote_service' }
>;

export function isTwoEnded(observation: Observation): observation is TwoEnded {
  return (
    observation.kind === 'connection' ||
    observation.kind === 'dns' ||
    observation.kind === 'tls' ||
    observation.kind === 'http' ||
    observation.kind === 'remote_service'
  );
}

/** Both ends of whatever has them; `null` for records of another form. */
export function endsOf(observation: Observation): { readonly from: Endpoint; readonly to: Endpoint } | null {
  if (!isTwoEnded(observation) && observation.kind !== 'authentication') return null;
  const { from, to } = observation;
  return from === null || to === null ? null : { from, to };
}
