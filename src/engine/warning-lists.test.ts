import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../model/index.ts';
import {
  configured,
  connection,
  entityIn,
  entry,
  fed,
  inventoried,
  listing,
  replayed,
  START,
  telemetry,
  viewOf,
  warned,
} from './engine-harness.fixture.ts';

const LISTED = '185.234.47.21';
const LATER = START + 2 * HOUR_MS;

const met = [
  configured,
  inventoried(START, entry('dev_camera', '10.0.0.1', { kind: 'ip_camera' })),
  fed(START, listing(LISTED)),
  ...telemetry([connection(START + HOUR_MS, '10.0.0.1', LISTED)]),
];

const threats = (...more: Parameters<typeof replayed>[0]) => {
  const engine = replayed([...met, ...more]);
  const entity = entityIn(engine, 'dev_camera');
  return entity
    .factors()
    .map(({ name }) => name)
    .filter((name) => name.includes('reached'));
};

describe('[WARN-FLEET-1] a warning list', () => {
  test('that comes later changes what was met before, and so does its next version', () => {
    expect(threats()).toEqual(['c2_reached']);
    expect(threats(warned(LATER, 'exclude', '185.234.47.0/24'))).toEqual([]);
    expect(threats(warned(LATER, 'exclude', '185.234.46.0/24'))).toEqual(['c2_reached']);
  });

  test('caps what is said of the place, and is named beside it', () => {
    const engine = replayed([...met, warned(LATER, 'caution', '185.234.47.0/24')]);
    expect(viewOf(engine).threat(LISTED)).toMatchObject({
      reputation: 'suspicious',
      warningLists: ['shared'],
      seen: { count: 1 },
    });
  });

  test('counts for what is met afterwards', () => {
    const engine = replayed([
      configured,
      fed(START, listing(LISTED)),
      warned(START, 'exclude', LISTED),
      ...telemetry([connection(START + HOUR_MS, '10.0.0.1', LISTED)]),
    ]);
    expect(
      [...viewOf(engine).entities()].flatMap((entity) => entity.factors().map(({ name }) => name)),
    ).not.toContain('c2_reached');
  });
});
