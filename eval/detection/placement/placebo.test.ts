import { describe, expect, it } from 'vitest';
import { type Address, HOUR_MS, type Observation, type SensorId } from '../../../src/model/index.ts';
import type { Background } from '../telemetry/benign.ts';
import { endsOf } from '../telemetry/ends.ts';
import { SITE } from '../telemetry/read.ts';
import { talksOf } from '../telemetry/talk.ts';
import type { Trace } from '../telemetry/trace.ts';
import { place } from './place.ts';
import { donorsIn, placeboOf } from './placebo.ts';

const HOSTS = ['10.0.0.1', '10.0.0.2', '10.0.0.3'];
const OUTSIDE = ['198.51.100.1', '198.51.100.2'];
const HOURS = 8;
/** Any attack: only its name matters, and that it stands on a host. */
const ATTACK = { name: 'attack' } as Trace;

describe('placebo', () => {
  const office = life('office', 20);
  const donors = donorsIn(office, HOSTS);

  it('[EVAL-13] takes the place of an attack, and is a benign hour of another host', () => {
    for (let seed = 1; seed <= 50; seed++) {
      for (const host of HOSTS) {
        const placebo = placeboOf(new Map([[host, ATTACK]]), office, donors, seed);
        const trace = placebo.get(host);
        if (trace === undefined) throw new Error('no placebo');
        expect([...placebo.keys()]).toEqual([host]);
        expect(trace.actor).not.toBe(host);
        expect(trace.events.length).toBe(20);
        for (const each of trace.events) expect(endsOf(each)?.from.address).toBe(trace.actor);
        const [first, last] = [trace.events[0]?.time ?? 0, trace.events.at(-1)?.time ?? 0];
        expect(last - first).toBeLessThan(HOUR_MS);
      }
    }
  });

  it('[EVAL-13] meets only what its new host never met, and stays outside what was outside', () => {
    const trace = placeboOf(new Map([['10.0.0.1', ATTACK]]), office, donors, 3).get('10.0.0.1');
    if (trace === undefined) throw new Error('no placebo');
    const placed = place(trace, '10.0.0.1', office, 3);
    expect(placed.events.length).toBeGreaterThan(0);
    for (const each of placed.events) {
      const to = endsOf(each)?.to.address ?? '';
      expect(endsOf(each)?.from.address).toBe('10.0.0.1');
      expect(office.addresses.has(to)).toBe(false);
      expect(office.isOwn(to)).toBe(false);
    }
  });

  it('[EVAL-13] is the same for a seed, and not for all', () => {
    const drawn = (seed: number) => placeboOf(new Map([['10.0.0.1', ATTACK]]), office, donors, seed);
    expect(drawn(5)).toEqual(drawn(5));
    const actors = Array.from({ length: 30 }, (_, seed) => drawn(seed).get('10.0.0.1')?.actor);
    expect(new Set(actors)).toEqual(new Set(['10.0.0.2', '10.0.0.3']));
  });

  it('[EVAL-13] has no donor in an idle hour, in a set with attackers, or in the host itself', () => {
    expect(donorsIn(life('idle', 9), HOSTS)).toEqual([]);
    expect(donorsIn({ ...office, uses: ['tunnels'] }, HOSTS)).toEqual([]);
    const alone = donorsIn(office, ['10.0.0.1']);
    expect(placeboOf(new Map([['10.0.0.1', ATTACK]]), office, alone, 1).size).toBe(0);
  });
});

/** Each host opens so many connections in each hour. */
function life(name: string, perHour: number): Background {
  const observations = HOSTS.flatMap((host) =>
    Array.from({ length: HOURS * perHour }, (_, i) =>
      connection(host, OUTSIDE[i % 2] ?? '', Math.floor((i * HOUR_MS) / perHour)),
    ),
  ).sort((a, b) => a.time - b.time);
  return {
    name,
    networks: ['10.0.0.0/8'],
    uses: ['hours', 'quiet'],
    hosts: HOSTS,
    observations,
    talks: talksOf(observations),
    labels: new Map(),
    begin: 0,
    end: observations.at(-1)?.time ?? 0,
    addresses: new Set([...HOSTS, ...OUTSIDE]),
    isOwn: (address) => address.startsWith('10.'),
  };
}

function connection(from: string, to: string, time: number): Observation {
  const provenance = { site: SITE, sensor: 'tap' as SensorId, uid: null, communityId: null };
  return {
    kind: 'connection',
    time,
    provenance,
    from: { address: from as Address, port: 50_000, local: null },
    to: { address: to as Address, port: 443, local: null },
    protocol: 'tcp',
    service: null,
    outcome: 'established',
    bytesOut: 500,
    bytesIn: 900,
  } as unknown as Observation;
}
