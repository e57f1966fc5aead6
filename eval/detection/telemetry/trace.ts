import { join } from 'node:path';
import { type Observation, parseNetwork } from '../../../src/model/index.ts';
import type { AttackTrace } from '../sets/set.ts';
import { endsOf, isTwoEnded, type TwoEnded } from './ends.ts';
import { readLabels } from './labels.ts';
import { membership } from './networks.ts';
import { readTelemetry } from './read.ts';
import { registrable } from './registrable.ts';

/** An attack, read: what its actor did, as captured. */
export interface Trace extends AttackTrace {
  /** In order of time. */
  readonly events: readonly Attacking[];
}

/** What a trace is made of: what a sensor found by itself, leases and inventories would give it away. */
export type Attacking = TwoEnded | Extract<Observation, { readonly kind: 'authentication' }>;

export async function readTrace(folder: string, trace: AttackTrace): Promise<Trace> {
  const paths = trace.logs.map((each) => join(folder, each));
  const [{ observations }, labels] = await Promise.all([readTelemetry(paths), readLabels(paths)]);
  const ofActor = observations
    .filter(isAttacking)
    .filter((each) => endsOf(each)?.from.address === trace.actor);
  return { ...trace, events: ofActor.filter(chooser(trace, labels)) };
}

export function isAttacking(observation: Observation): observation is Attacking {
  return isTwoEnded(observation) || observation.kind === 'authentication';
}

function chooser(
  { malicious }: AttackTrace,
  labels: ReadonlyMap<string, string>,
): (event: Attacking) => boolean {
  switch (malicious.by) {
    case 'all':
      return () => true;
    case 'label':
      return ({ provenance }) => labels.get(provenance.uid ?? '') === malicious.label;
    case 'peer': {
      const isPeerAddress = membership(malicious.peers.filter((each) => parseNetwork(each) !== null));
      const names = new Set(malicious.peers);
      return (event) => {
        const name = nameIn(event);
        if (name !== null && names.has(registrable(name))) return true;
        const to = endsOf(event)?.to.address;
        return to !== undefined && isPeerAddress(to);
      };
    }
  }
}

/** The name that an event asks for, in the clear. */
export function nameIn(event: Attacking): string | null {
  if (event.kind === 'dns') return event.query;
  return 'name' in event ? (event.name ?? null) : null;
}
