import { expect, test } from 'vitest';
import type { Observation } from '../model/index.ts';
import {
  configured,
  connection,
  discoveredId,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';

const [OURS, OTHER, REMOTE] = ['10.0.0.20', '10.0.0.21', '203.0.113.9'];

/** What a sensor remarks upon and lets pass. */
function remark(from: string, to: string, outcome: 'allowed' | 'unknown' = 'allowed'): Observation {
  const { time, provenance, ...flow } = connection(START, from, to);
  return {
    kind: 'finding',
    time,
    provenance,
    from: flow.from,
    to: flow.to,
    rule: 'suricata:1:2024897',
    severity: 'high',
    outcome,
    policy: null,
  };
}

test('[ENGINE-30] whoever a sensor only remarks upon is known by that, and nobody else is', () => {
  const engine = replayed([
    configured,
    ...telemetry([remark(OURS, REMOTE), remark(REMOTE, OTHER, 'unknown')]),
  ]);
  const view = viewOf(engine);
  expect(view.entity(discoveredId(OURS))).not.toBeNull();
  // It was spoken to, and nobody knows whether it answered.
  expect(view.entity(discoveredId(OTHER))).toBeNull();
  expect(engine.directory.deviceCount).toBe(1);
});
