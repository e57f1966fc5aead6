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

  test('is named also of what no feed lists, of which nothing is said all the same', () => {
    const engine = replayed([...met, warned(LATER, 'exclude', '198.51.100.0/24')]);
    const told = viewOf(engine).threat('198.51.100.7');
    expect(told).toMatchObject({
      reputation: 'unknown',
      confidence: 0,
      evidence: [],
      warningLists: ['shared'],
    });
    expect(viewOf(engine).threat('203.0.113.7')).toMatchObject({ reputation: 'unknown', warningLists: [] });
  });

  test('is named once, for what is asked and for what of it is listed', () => {
    const list = (id: string, ...entries: readonly string[]) =>
      ({ id, name: id, effect: 'caution', matching: 'hostname', entries, asOf: null }) as const;
    const engine = replayed([
      configured,
      fed(START, listing('example.com', { type: 'domain' })),
      {
        kind: 'warning_lists',
        at: LATER,
        lists: [list('b', 'example.com'), list('a', 'x.example.com')],
        actor: 'test',
      },
    ]);
    const listsOf = (name: string) => {
      const told = viewOf(engine).threat(name);
      return 'refused' in told ? told.refused : told.warningLists;
    };
    expect(listsOf('x.example.com')).toEqual(['a', 'b']);
    expect(listsOf('example.com')).toEqual(['b']);
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
