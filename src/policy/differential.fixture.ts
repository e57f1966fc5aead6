import { anyConnection, anyParties, anyPolicies, chanceOf, fingerprintOf } from './any-policies.fixture.ts';
import { compilePolicies } from './decider.ts';
import { decidePlainly } from './plain-decider.fixture.ts';

export interface Compared {
  readonly connections: number;
  /** Connections that some rule decided. */
  readonly decided: number;
  /** The first on which both differ, as JSON; `null`: none. */
  readonly difference: string | null;
}

/** Holds the tables to the plain reading of the rules, on random connections. */
export function comparePolicies(policyCount: number, connections: number, seed: number): Compared {
  const chance = chanceOf(seed);
  const policies = anyPolicies(policyCount, chance);
  const parties = anyParties(200, chance);
  const decider = compilePolicies(policies, fingerprintOf);
  let decided = 0;
  for (let n = 0; n < connections; n++) {
    const { subject, to, minute } = anyConnection(parties, chance);
    const ours = decider.decide(subject, to, minute);
    const plain = decidePlainly(policies, subject, to, minute, fingerprintOf);
    if (ours.policy !== null) decided++;
    if (ours.policy !== plain.policy || ours.covered !== plain.covered) {
      const difference = JSON.stringify({ seed, n, subject, to, minute, ours, plain });
      return { connections: n + 1, decided, difference };
    }
  }
  return { connections, decided, difference: null };
}
