import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstDifference } from '../columns/going-on.fixture.ts';
import {
  type Address,
  type Anomaly,
  type DeviceId,
  type EpochMs,
  MINUTE_MS,
  type Observation,
} from '../model/index.ts';
import { Askers } from './askers.ts';
import {
  configured,
  connection,
  discoveredId,
  dns,
  replayed,
  START,
  telemetry,
  viewOf,
} from './engine-harness.fixture.ts';
import type { Engine } from './engine.ts';

type Query = ReturnType<typeof dns>;
const RESOLVER = '10.0.0.53';
const OUTSIDE = '198.51.100.53';

function asked(
  time: EpochMs,
  from: string,
  to: string | null,
  query: string,
  facts: Partial<Query> = {},
): Query {
  const server = to === null ? null : { address: to as Address, port: 53, local: null };
  return { ...dns(time, from, { query }), to: server, ...facts };
}

/** `count` questions, a second apart. */
function each<O>(count: number, make: (nth: number, time: EpochMs) => O): O[] {
  return Array.from({ length: count }, (_, i) => make(i, START + i * 1_000));
}

const hex = (nth: number, length: number) => nth.toString(16).padStart(length, '5b0e9c7a2d4f18360'.repeat(4));

/** In order of time, and everybody was heard before. */
function lived(observations: readonly Observation[], partitions = 1): Engine {
  const clients = new Set(observations.flatMap((o) => (o.kind === 'dns' ? [o.from.address] : [])));
  const heard = [...clients].map((client) => connection(START - MINUTE_MS, client, '203.0.113.1'));
  const inOrder = observations.toSorted((a, b) => a.time - b.time);
  return replayed([configured, ...telemetry([...heard, ...inOrder])], partitions);
}

function anomalies(engine: Engine, address: string): readonly Pick<Anomaly, 'type' | 'evidence'>[] {
  const device = discoveredId(address);
  return [...viewOf(engine).anomalies()].filter(({ entity }) => entity === device);
}

const typesOf = (engine: Engine, address: string) => anomalies(engine, address).map(({ type }) => type);

describe('through the engine', () => {
  const tunnel = each(60, (i, time) =>
    asked(time, '10.0.0.1', OUTSIDE, `${hex(i, 50)}.${hex(i, 50)}.evil.com`, { queryType: 'TXT' }),
  );
  const generated = each(40, (i, time) =>
    asked(time, '10.0.0.2', OUTSIDE, `${hex(i * 7_919, 14)}.net`, { outcome: 'nxdomain' }),
  );

  test('[DNS-DET-1] [DNS-DET-5] a tunnel and made-up domains are anomalies, however many partitions there are', () => {
    const engines = [1, 3].map((partitions) => lived([...tunnel, ...generated], partitions));
    for (const engine of engines) {
      expect(typesOf(engine, '10.0.0.1')).toEqual(['dns_tunnel']);
      expect(typesOf(engine, '10.0.0.2')).toEqual(['dga_domains']);
    }
    const [one, three] = engines.map((engine) => anomalies(engine, '10.0.0.1'));
    expect(three).toEqual(one);
  });

  test('[DNS-DET-2] a tunnel that asks its server directly, without a domain', () => {
    const direct = each(150, (i, time) =>
      asked(time, '10.0.0.1', OUTSIDE, `dnscat.${hex(i, 34)}`, { queryType: 'MX', outcome: 'nxdomain' }),
    );
    const engine = lived(direct);
    expect(typesOf(engine, '10.0.0.1')).toEqual(['dns_tunnel']);
    expect(anomalies(engine, '10.0.0.1')[0]?.evidence[0]?.subject).toBe(OUTSIDE);
  });

  test('[DNS-DET-12] of a log that names no server the same is told, and nobody is met for a server', () => {
    const nameless = [...tunnel, ...generated].map((question) => ({ ...question, to: null }));
    const engine = replayed([configured, ...telemetry(nameless.toSorted((a, b) => a.time - b.time))]);
    expect(typesOf(engine, '10.0.0.1')).toEqual(['dns_tunnel']);
    expect(typesOf(engine, '10.0.0.2')).toEqual(['dga_domains']);
    expect([...viewOf(engine).entities()].map(({ id }) => id).toSorted()).toEqual(
      ['10.0.0.1', '10.0.0.2'].map(discoveredId).toSorted(),
    );
    const bare = each(150, (i, time) =>
      asked(time, '10.0.0.1', null, `dnscat.${hex(i, 34)}`, { queryType: 'MX', outcome: 'nxdomain' }),
    );
    const [bareTunnel, ...others] = anomalies(lived(bare), '10.0.0.1');
    expect(bareTunnel?.type).toBe('dns_tunnel');
    expect(bareTunnel?.evidence[0]?.subject).toBeNull();
    expect(others).toEqual([]);
  });

  test('[DNS-DET-3] reputation look-ups of ten machines are a service; those of one machine alone are told', () => {
    const clients = Array.from({ length: 10 }, (_, i) => `10.0.1.${i + 1}`);
    const lookUps = (of: readonly string[]) =>
      each(400, (i, time) =>
        of.map((client, nth) =>
          asked(time + nth, client, OUTSIDE, `${hex(i + 400 * nth, 56)}.reputation.com`),
        ),
      ).flat();
    // Everybody has asked for something before: who is first does not stand alone for long.
    const engine = lived(lookUps(clients));
    for (const client of clients) expect(typesOf(engine, client)).toEqual([]);
    expect(typesOf(lived(lookUps(clients.slice(0, 1))), '10.0.1.1')).toEqual(['dns_tunnel']);
  });

  test('[DNS-DET-9] a resolver of ours asks for its clients: only they are told', () => {
    const others = each(20, (_, time) => asked(time, '10.0.0.3', RESOLVER, 'www.example.com'));
    const through = tunnel.flatMap((o) => {
      const { time, query, queryType } = o;
      return [
        asked(time, '10.0.0.1', RESOLVER, query ?? '', { queryType }),
        asked(time + 5, RESOLVER, OUTSIDE, query ?? '', { queryType }),
      ];
    });
    const engine = lived([...others, ...through]);
    expect(typesOf(engine, '10.0.0.1')).toEqual(['dns_tunnel']);
    expect(typesOf(engine, RESOLVER)).toEqual([]);
  });
});

test('[DNS-DET-8] who asks for what goes on from what was written down, and is bounded', () => {
  const step = fc.record({
    entity: fc.constantFrom<DeviceId[]>('dev_a', 'dev_b', 'dev_c', 'dev_d'),
    domain: fc.nat(8),
    server: fc.constantFrom<(DeviceId | null)[]>(null, 'dev_a', 'dev_b'),
    minutes: fc.nat(100),
  });
  expect(
    firstDifference(
      () => new Askers(4),
      step,
      (askers, { entity, domain, server, minutes }) => {
        askers.note(entity, `d${domain}.com`, server, START + minutes * MINUTE_MS);
        return [askers.of(`d${domain}.com`), askers.forwards('dev_a'), askers.of('d0.com')];
      },
    ),
  ).toBeUndefined();
});
