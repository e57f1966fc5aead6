import { describe, expect, test } from 'vitest';
import { DAY_MS, type Observation } from '../model/index.ts';
import {
  configured,
  discoveredId,
  entityIn,
  replayed,
  signIn,
  START,
  telemetry,
} from './engine-harness.fixture.ts';

const SERVER = discoveredId('10.0.0.10');

function guesses(count: number, from: string): Observation[] {
  return Array.from({ length: count }, (_, i) =>
    signIn(START + DAY_MS + i * 1_000, from, 'ann@acme.example', 'failure'),
  );
}

describe('sign-ins through the engine', () => {
  test('[SIGNIN-1] [SIGNIN-2] the server that is guessed at, the machine that guesses, and the success', () => {
    const success = signIn(START + DAY_MS + 60_000, '10.0.0.66', 'ann@acme.example');
    const engine = replayed([configured, ...telemetry([...guesses(50, '10.0.0.66'), success])]);
    for (const id of [SERVER, discoveredId('10.0.0.66')]) {
      const found = entityIn(engine, id)
        .openAnomalies()
        .filter(({ type }) => type === 'brute_force');
      expect(found).toMatchObject([{ severity: 'critical', technique: 'T1078' }]);
    }
  });

  test('[SIGNIN-15] partitions change nothing', () => {
    const records = [configured, ...telemetry(guesses(50, '10.0.0.66'))];
    const told = [1, 3].map((partitions) => entityIn(replayed(records, partitions), SERVER).openAnomalies());
    expect(told[0]?.length).toBe(1);
    expect(told[1]).toEqual(told[0]);
  });
});
