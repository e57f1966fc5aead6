import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WrittenState } from '../columns/memory-state.fixture.ts';
import {
  type Anomaly,
  type AnomalyType,
  corroborated,
  DAY_MS,
  type Detection,
  type DeviceId,
  type EntityId,
  type EpochMs,
  HOUR_MS,
  type IncidentId,
  incidentSeverity,
  MINUTE_MS,
  type SiteId,
} from '../model/index.ts';
import { Anomalies } from './anomalies.ts';
import { Incidents, type StoryGround } from './incidents.ts';
import { partitionOf } from './partitioning.ts';

const SITE = 'hq' as SiteId;
const T = Date.UTC(2026, 2, 2);
const [A, B, C] = ['dev_a', 'dev_b', 'dev_c'] as const;
const ADDRESS: Readonly<Record<string, DeviceId>> = { '10.0.0.1': A, '10.0.0.2': B, '10.0.0.3': C };

/** Anomalies in so many partitions, and the incidents above them: as the engine has them, told by hand. */
class Stories {
  readonly partitions: readonly Anomalies[];
  incidents = new Incidents();
  readonly #changed = new Map<string, Anomaly>();
  readonly #ids = {
    anomaly: (entity: EntityId, type: AnomalyType, at: EpochMs) =>
      `ano_${entity.slice(4)}.${type}.${at}` as const,
    incident: (anomaly: string): IncidentId => `inc_${anomaly.slice(4)}`,
  };

  constructor(partitions = 1) {
    this.partitions = Array.from(
      { length: partitions },
      () => new Anomalies(this.#ids, (anomaly) => this.#changed.set(anomaly.id, anomaly)),
    );
  }

  /** All that is found at one moment. */
  find(...found: readonly (readonly [EntityId, Detection])[]): this {
    for (const [entity, each] of found) this.#of(entity).detect(entity, SITE, each, 'normal');
    return this.#correlate();
  }

  close(anomaly: Anomaly | undefined, at: EpochMs): this {
    if (anomaly === undefined) throw new Error('no such anomaly');
    const outcome = { status: 'closed', verdict: 'expected', remediated: false } as const;
    const word = { at, actor: 'test', reason: 'known' };
    this.#of(anomaly.entity).verdict({ kind: 'verdict', anomaly: anomaly.id, ...outcome, ...word });
    return this.#correlate();
  }

  goOn(): void {
    const written = WrittenState.of(this.incidents);
    this.incidents = new Incidents();
    this.incidents.load(written);
  }

  all(): readonly Anomaly[] {
    return this.partitions
      .flatMap((each) => [...each.all()])
      .sort((a, b) => a.detectedAt - b.detectedAt || (a.id < b.id ? -1 : 1));
  }

  ids(): readonly (IncidentId | null)[] {
    return this.all().map(({ incidentId }) => incidentId);
  }

  get active(): number {
    return new Set(this.partitions.flatMap((each) => [...each.openIncidents.keys()])).size;
  }

  #of(entity: EntityId): Anomalies {
    return partitionOf(entity, this.partitions);
  }

  #correlate(): this {
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    const ground: StoryGround = {
      open: (entity) => this.#of(entity).open(entity),
      anomaly: (entity, id) => this.#of(entity).get(id),
      holdersOf: (address) => [ADDRESS[address]].filter((each) => each !== undefined),
      canonical: (entity) => entity,
      incidentOf: (anomaly) => this.#ids.incident(anomaly),
      join: ({ id, entity }, incident) => this.#of(entity).join(id, incident),
    };
    this.incidents.correlate(changed, ground);
    this.#changed.clear();
    return this;
  }
}

function detection(
  type: AnomalyType,
  at: EpochMs,
  subject: string | null = null,
  facts: Partial<Detection> = {},
): Detection {
  const evidence = [
    { summary: 'seen', at, sensor: null, uid: null, communityId: null, count: null, subject },
  ];
  const words = { description: 'A departure', technique: null, expected: 'little', observed: 'much' };
  return { type, at, severity: 'medium', confidence: 0.6, ...words, evidence, ...facts };
}

describe('[ANOM-DOOR-4] anomalies that tell one story share an incident', () => {
  test('of one entity within a day', () => {
    const stories = new Stories()
      .find([A, detection('port_scan', T)])
      .find([A, detection('data_exfiltration', T + 23 * HOUR_MS)]);
    expect(new Set(stories.ids())).toEqual(new Set(['inc_a.port_scan.1772409600000']));
    const apart = new Stories()
      .find([A, detection('port_scan', T)])
      .find([A, detection('data_exfiltration', T + 25 * HOUR_MS)]);
    expect(apart.ids()).toEqual([null, null]);
  });

  test('also later, while what it belongs to is still found', () => {
    const stories = new Stories()
      .find([A, detection('port_scan', T)])
      .find([A, detection('port_scan', T + 3 * DAY_MS)])
      .find([A, detection('beaconing', T + 3 * DAY_MS + HOUR_MS)]);
    expect(new Set(stories.ids()).size).toBe(1);
    expect(stories.ids()[0]).not.toBeNull();
  });

  test.each(['from the mover to the reached', 'from the reached to the mover'])('%s', (direction) => {
    const moves = [A, detection('lateral_movement_attempt', T, '10.0.0.2')] as const;
    const happens = [B, detection('beaconing', T + HOUR_MS, '198.51.100.7')] as const;
    const stories = direction.startsWith('from the mover')
      ? new Stories().find(moves).find(happens)
      : new Stories().find(happens).find(moves);
    expect(new Set(stories.ids()).size).toBe(1);
    expect(stories.ids()[0]).not.toBeNull();
    expect(new Stories().find(moves).find([C, happens[1]]).ids()).toEqual([null, null]);
  });

  test('along a chain of machines', () => {
    const stories = new Stories()
      .find([A, detection('lateral_movement_attempt', T, '10.0.0.2')])
      .find([B, detection('lateral_movement_attempt', T + HOUR_MS, '10.0.0.3')])
      .find([C, detection('data_exfiltration', T + 2 * HOUR_MS, '198.51.100.7')]);
    expect(new Set(stories.ids()).size).toBe(1);
    expect(stories.active).toBe(1);
  });

  test('of entities that call to one destination, but not of those that only meet there', () => {
    const calling = new Stories()
      .find([A, detection('beaconing', T, 'evil.example')])
      .find([B, detection('dns_tunnel', T + HOUR_MS, 'evil.example')]);
    expect(new Set(calling.ids()).size).toBe(1);
    expect(calling.ids()[0]).not.toBeNull();
    const meeting = new Stories()
      .find([A, detection('port_scan', T, '198.51.100.7')])
      .find([B, detection('port_scan', T + HOUR_MS, '198.51.100.7')]);
    expect(meeting.ids()).toEqual([null, null]);
  });

  test('states alone tell none, and join one that an act tells', () => {
    const states = new Stories()
      .find([A, detection('volume_anomaly', T)])
      .find([A, detection('unexpected_offline', T + HOUR_MS)]);
    expect(states.ids()).toEqual([null, null]);
    states.find([A, detection('lateral_movement_attempt', T + 2 * HOUR_MS)]);
    expect(new Set(states.ids()).size).toBe(1);
    expect(states.ids()[0]).not.toBeNull();
  });

  test('one that was closed before tells no part of it', () => {
    const stories = new Stories().find([A, detection('port_scan', T)]);
    stories.close(stories.all()[0], T + MINUTE_MS).find([A, detection('beaconing', T + HOUR_MS)]);
    expect(stories.ids()).toEqual([null, null]);
  });

  test('an id once given is never taken back, also where two stories turn out to be one', () => {
    const grave = { severity: 'critical', confidence: 0.95 } as const;
    const stories = new Stories()
      .find([A, detection('data_exfiltration', T, null, grave)])
      .find([B, detection('data_exfiltration', T + 1, null, grave)]);
    const before = stories.ids();
    expect(new Set(before).size).toBe(2);
    stories.find([A, detection('lateral_movement_attempt', T + HOUR_MS, '10.0.0.2')]);
    expect(stories.ids().slice(0, 2)).toEqual(before);
    expect(stories.ids()[2]).toBe(before[0]);
  });
});

test('[ANOM-DOOR-6] an incident lives while any of its members is open, and counts once', () => {
  const stories = new Stories()
    .find([A, detection('lateral_movement_attempt', T, '10.0.0.2')])
    .find([B, detection('beaconing', T + HOUR_MS, '198.51.100.7')]);
  expect(stories.active).toBe(1);
  stories.close(stories.all()[0], T + 2 * HOUR_MS);
  expect(stories.active).toBe(1);
  stories.close(stories.all()[1], T + 2 * HOUR_MS);
  expect(stories.active).toBe(0);
  stories.find([B, detection('beaconing', T + DAY_MS, '198.51.100.7')]);
  expect(stories.active).toBe(1);
  expect(new Set(stories.ids()).size).toBe(1);
});

const anyFind = fc.tuple(
  fc.constantFrom<EntityId>(A, B, C),
  fc.constantFrom<AnomalyType>(
    'lateral_movement_attempt',
    'beaconing',
    'data_exfiltration',
    'volume_anomaly',
    'unexpected_offline',
    'port_scan',
  ),
  fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3', '198.51.100.7', 'evil.example', null),
  fc.constantFrom(0.4, 0.95),
  fc.constantFrom('low' as const, 'high' as const),
);
/** Moments with what is found at each; hours to days apart. */
const anyStory = fc.array(fc.tuple(fc.nat(40), fc.array(anyFind, { minLength: 1, maxLength: 3 })), {
  minLength: 1,
  maxLength: 20,
});

function lived(partitions: number, story: typeof anyStory extends fc.Arbitrary<infer S> ? S : never) {
  const stories = new Stories(partitions);
  let now = T;
  for (const [hours, finds] of story) {
    now += hours * HOUR_MS;
    stories.find(
      ...finds.map(([entity, type, subject, confidence, severity]) => {
        return [entity, detection(type, now, subject, { confidence, severity })] as const;
      }),
    );
    if (hours % 3 === 0) stories.goOn();
  }
  return stories;
}

test('[ANOM-DOOR-5] incidents do not depend on how many partitions there are, nor on being written down', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const [one, three] = [lived(1, story), lived(3, story)];
      expect(three.all()).toEqual(one.all());
      expect(three.active).toBe(one.active);
      expect(WrittenState.of(three.incidents).said()).toEqual(WrittenState.of(one.incidents).said());
    }),
    { numRuns: 200 },
  );
});

test('[ANOM-DOOR-4] law: an incident has an act or more, and every sure and grave act is in one', () => {
  fc.assert(
    fc.property(anyStory, (story) => {
      const all = lived(1, story).all();
      const byIncident = Map.groupBy(
        all.filter(({ incidentId }) => incidentId !== null),
        ({ incidentId }) => incidentId,
      );
      for (const members of byIncident.values())
        expect(members.some(({ type }) => !['volume_anomaly', 'unexpected_offline'].includes(type))).toBe(
          true,
        );
      const grave = all.filter(({ type, severity, confidence }) => {
        const isAct = !['volume_anomaly', 'unexpected_offline'].includes(type);
        return isAct && severity === 'high' && confidence >= 0.9;
      });
      for (const each of grave) expect(each.incidentId).not.toBeNull();
    }),
    { numRuns: 200 },
  );
});

describe('[ANOM-DOOR-7] two weaker anomalies of independent families corroborate each other', () => {
  const of = (...found: readonly Detection[]) =>
    new Stories().find(...found.map((each) => [A, each] as const)).all();

  test('within an hour, and the incident is a step graver than either', () => {
    const both = of(detection('port_scan', T), detection('beaconing', T + HOUR_MS));
    expect(corroborated(both).size).toBe(2);
    expect(incidentSeverity(both)).toBe('high');
    const late = of(detection('port_scan', T), detection('beaconing', T + HOUR_MS + 1));
    expect(corroborated(late).size).toBe(0);
    expect(incidentSeverity(late)).toBe('medium');
  });

  test.each([
    ['of one family', [detection('port_scan', T), detection('lateral_movement_attempt', T)]],
    ['of states alone', [detection('volume_anomaly', T), detection('new_service', T)]],
    ['where one only fell silent', [detection('port_scan', T), detection('unexpected_offline', T)]],
    [
      'where one is an incident by itself',
      [detection('port_scan', T), detection('beaconing', T, null, { severity: 'high', confidence: 0.95 })],
    ],
  ] as const)('not %s', (_, found) => {
    expect(corroborated(of(...found)).size).toBe(0);
  });

  test('not where one of them is closed', () => {
    const stories = new Stories().find([A, detection('port_scan', T)], [A, detection('beaconing', T)]);
    stories.close(stories.all()[0], T + MINUTE_MS);
    expect(corroborated(stories.all()).size).toBe(0);
  });
});
