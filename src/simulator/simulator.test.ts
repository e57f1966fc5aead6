import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../model/index.ts';
import { type LogChunk, type SimulationOptions, simulateFleet } from './index.ts';

// A Thursday; the last Sunday of March, on which the clocks change, lies before it.
const UNTIL = Date.parse('2026-04-09T09:13:58.000Z');
const SMALL = { seed: 7, until: UNTIL, days: 15, devices: 24 } as const;

interface Connection {
  readonly ts: number;
  readonly duration?: number;
  readonly conn_state: string;
  readonly 'id.orig_h': string;
  readonly 'id.resp_h': string;
  readonly 'id.resp_p': number;
}

function digest(options: SimulationOptions): string {
  const fleet = simulateFleet(options);
  const hash = createHash('sha256').update(fleet.inventory).update(fleet.policies).update(fleet.feed);
  for (const chunk of fleet.logs()) hash.update(JSON.stringify(chunk));
  return hash.digest('hex');
}

function connections(options: SimulationOptions): Connection[] {
  const chunks = [...simulateFleet(options).logs()].filter(({ file }) => file === 'conn.log');
  return chunks.flatMap(({ lines }) => lines).map((line) => JSON.parse(line) as Connection);
}

const small = simulateFleet(SMALL);
const chunks: readonly LogChunk[] = [...small.logs()];
const flows = connections(SMALL);

function addressOf(id: string): string {
  return new RegExp(`id: ${id}\\n(?:  .*\\n)*?  addresses: \\[(.*)\\]`).exec(small.inventory)?.[1] ?? '';
}

const idsOf = (inventory: string) => [...inventory.matchAll(/^- id: (\S+)$/gm)].map(([, id]) => id);

describe('a simulated fleet', () => {
  test('[SIM-1] is the same for the same seed, to the byte', () => {
    expect(digest(SMALL)).toBe(digest({ ...SMALL }));
  });

  test('[SIM-2] is another organisation for another seed', () => {
    const other = simulateFleet({ ...SMALL, seed: 8 });
    expect(digest({ ...SMALL, seed: 8 })).not.toBe(digest(SMALL));
    const shared = idsOf(other.inventory).filter((id) => idsOf(small.inventory).includes(id));
    expect(shared.length).toBeLessThan(idsOf(small.inventory).length);
    expect(other.feed).not.toBe(small.feed);
  });

  test('can be read twice', () => {
    expect([...small.logs()]).toEqual(chunks);
  });

  test.each([12, 24, 100, 312])('has as many devices as it was asked for: %i', (devices) => {
    const { inventory } = simulateFleet({ ...SMALL, devices, days: 1 });
    const ids = idsOf(inventory);
    expect(ids).toHaveLength(devices);
    expect(new Set(ids).size).toBe(devices);
    const macs = [...inventory.matchAll(/macs: \["(.*)"\]/g)].map(([, mac]) => mac);
    expect(new Set(macs).size).toBe(devices);
  });

  test('[SIM-3] has the devices of the page, whatever its seed and size', () => {
    for (const seed of [1, 2, 3]) {
      for (const devices of [12, 60]) {
        const ids = idsOf(simulateFleet({ seed, until: UNTIL, devices, days: 1 }).inventory);
        expect(ids).toEqual(
          expect.arrayContaining([
            'dev_camera_parking_07',
            'dev_camera_floor3_east',
            'dev_sensor_hvac_b2',
            'dev_workstation_sarah_k',
          ]),
        );
      }
    }
  });

  test.each([
    ['devices', { devices: 11 }],
    ['devices', { devices: 24.5 }],
    ['days', { days: 0 }],
    ['until', { until: 1.5 }],
    ['site', { site: 'two words' }],
  ])('names the option that is out of bounds: %s', (name, options) => {
    expect(() => simulateFleet({ ...SMALL, ...options })).toThrow(new RegExp(`^${name}:`));
  });
});

describe('its logs', () => {
  test('[SIM-4] are in order of time: hour after hour, and each file in the order in which flows end', () => {
    const disorder: string[] = [];
    let hour = 0;
    for (const { file, from, until, lines } of chunks) {
      const times = lines.map((line) => timeOf(line));
      const isAscending = times.every((time, index) => time >= (times[index - 1] ?? from) && time < until);
      if (from < hour || !isAscending) disorder.push(`${file} of ${new Date(from).toISOString()}`);
      hour = from;
    }
    expect(disorder).toEqual([]);
  });

  test('begin so many days before the end, and end there', () => {
    expect(chunks[0]?.from).toBe(UNTIL - 15 * DAY_MS);
    expect(chunks.at(-1)?.until).toBe(UNTIL);
  });

  test('connect everything that has a uid to one connection', () => {
    const uids = new Set(flows.map((flow) => ('uid' in flow ? flow.uid : '')));
    expect(uids.size).toBe(flows.length);
    const sessions = chunks
      .filter(({ file }) => file === 'ssl.log' || file === 'dns.log')
      .flatMap((c) => c.lines);
    const lost = sessions.filter((line) => !uids.has(/"uid":"(\w+)"/.exec(line)?.[1]));
    // Sessions that are still open at the end have no connection record yet.
    expect(lost.length).toBeLessThan(10);
  });

  test('[SIM-5] tell work from rest: offices are quieter at weekends and at night', () => {
    const office = flows.filter((flow) => flow['id.orig_h'].startsWith('10.32.'));
    const berlin = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      weekday: 'short',
      hour: '2-digit',
    });
    const count = (when: (weekday: string, hour: number) => boolean) =>
      office.filter((flow) => {
        const parts = berlin.formatToParts(flow.ts * 1_000);
        const part = (type: string) => parts.find((each) => each.type === type)?.value ?? '';
        return when(part('weekday'), Number(part('hour')));
      }).length;
    const weekend = count((day) => day === 'Sat' || day === 'Sun');
    const night = count((_, hour) => hour < 6 || hour >= 21);
    const lunch = count((_, hour) => hour === 12);
    const afterLunch = count((_, hour) => hour === 14);
    expect(weekend).toBeLessThan(office.length * 0.05);
    expect(night).toBeLessThan(office.length * 0.02);
    expect(lunch).toBeLessThan(afterLunch * 0.6);
  });

  test('a camera keeps its rhythm by day and by night', () => {
    const camera = addressOf('dev_camera_floor3_east');
    const own = flows.filter((flow) => flow['id.orig_h'] === camera);
    expect(own.length / (15 * 24)).toBeCloseTo(small.story.ordinary.connectionsPerHour, 0);
    expect(new Set(own.map((flow) => flow['id.resp_h'])).size).toBe(2);
    const hours = new Set(own.map((flow) => Math.floor((flow.ts * 1_000) / HOUR_MS)));
    expect(hours.size).toBeGreaterThan(15 * 24 * 0.9);
  });
});

describe('the story', () => {
  const { story } = small;

  test('a sensor falls silent some hours before the end', () => {
    const sensor = addressOf(story.silent.device);
    const last = Math.max(
      ...flows.filter((flow) => flow['id.orig_h'] === sensor).map((flow) => flow.ts * 1_000),
    );
    expect(last).toBeLessThan(story.silent.since + 60_000);
    expect(UNTIL - last).toBeGreaterThan(6 * HOUR_MS);
    expect(story.silent.since - last).toBeLessThan(HOUR_MS);
  });

  test('a workstation reaches within minutes for 14 hosts that it never met', () => {
    const reached = lateralFlows(SMALL);
    expect(new Set(reached.map((flow) => flow['id.resp_h'])).size).toBe(story.lateral.hosts);
    expect(story.lateral.hosts).toBe(14);
    const met = flows.filter(
      (flow) => flow['id.orig_h'] === reached[0]?.['id.orig_h'] && flow.ts * 1_000 < story.lateral.from,
    );
    expect(met.length).toBeGreaterThan(100);
    const before = new Set(met.map((flow) => flow['id.resp_h']));
    expect(reached.filter((flow) => before.has(flow['id.resp_h']))).toEqual([]);
  });

  test('a listed address is tried, never answers, and the gateway names the policy that blocked it', () => {
    const { address, policy, attempts } = story.commandAndControl;
    const tries = flows.filter((flow) => flow['id.resp_h'] === address);
    expect(tries).toHaveLength(attempts);
    expect(tries.every((flow) => flow.conn_state === 'S0')).toBe(true);
    expect(small.feed).toContain(`${address}\tIntel::ADDR\t`);
    const blocks = chunks
      .filter(({ source }) => source === 'suricata')
      .flatMap(({ lines }) => lines)
      .filter((line) => line.includes(`"dest_ip":"${address}"`));
    expect(blocks).toHaveLength(2 * attempts);
    expect(blocks.every((line) => line.includes(`"policy":["${policy}"]`))).toBe(true);
  });

  test('a camera is past its support', () => {
    expect(story.endOfLife.supportEnded).toBeLessThan(UNTIL);
  });

  test('happens at any hour of the week, also when nobody is at work', () => {
    const sunday = Date.parse('2026-04-05T02:00:00.000Z');
    const reached = lateralFlows({ ...SMALL, until: sunday });
    expect(new Set(reached.map((flow) => flow['id.resp_h'])).size).toBe(14);
  });
});

/** What the workstation of the story opens in its minutes, apart from asking for tickets. */
function lateralFlows(options: SimulationOptions): Connection[] {
  const fleet = simulateFleet(options);
  const { inventory, story } = fleet;
  const mac = new RegExp(`id: ${story.lateral.device}\\n(?:  .*\\n)*?  macs: \\["(.*)"\\]`).exec(
    inventory,
  )?.[1];
  const leases = [...fleet.logs()].filter(({ file }) => file === 'dhcp.log').flatMap(({ lines }) => lines);
  const own = leases.findLast((line) => line.includes(`"mac":"${mac}"`)) ?? '';
  const address = /"assigned_addr":"(.*?)"/.exec(own)?.[1];
  return connections(options).filter(
    (flow) =>
      flow.ts * 1_000 >= story.lateral.from &&
      flow['id.orig_h'] === address &&
      [445, 3389, 5985].includes(flow['id.resp_p']) &&
      !isFileServer(flow['id.resp_h']),
  );
}

function isFileServer(address: string): boolean {
  return address === '10.0.2.20';
}

/** The time of a line in milliseconds: the end of a connection, else its own stamp. */
function timeOf(line: string): number {
  const record = JSON.parse(line) as {
    ts?: number;
    duration?: number;
    timestamp?: string;
    conn_state?: string;
  };
  if (record.timestamp !== undefined) return Date.parse(record.timestamp.replace(/\d{3}\+0000$/, 'Z'));
  const micros =
    Math.round((record.ts ?? 0) * 1e6) + Math.round(record.conn_state ? (record.duration ?? 0) * 1e6 : 0);
  return Math.floor(micros / 1_000);
}
