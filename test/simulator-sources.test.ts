import { describe, expect, test } from 'vitest';
import { simulateFleet } from '../src/simulator/index.ts';
import { readInventory } from '../src/entities/index.ts';
import { readFeed } from '../src/exposure/index.ts';
import type { EpochMs, FeedId, Reading, SensorId } from '../src/model/index.ts';
import { readPolicies } from '../src/policy/index.ts';
import { createLogReader, type Line } from '../src/sources/index.ts';

const UNTIL: EpochMs = Date.parse('2026-05-21T09:13:58.000Z');
const fleet = simulateFleet({ seed: 11, until: UNTIL, days: 8, devices: 40 });

function* readings(): Generator<{ readonly file: string; readonly reading: Reading }> {
  for (const { source, sensor, file, lines } of fleet.logs()) {
    const context = { site: fleet.site.id, sensor: sensor as SensorId, now: UNTIL };
    const reader = createLogReader(source === 'suricata' ? 'suricata_eve' : 'zeek_json', file, context);
    for (const [index, text] of lines.entries()) {
      for (const reading of reader.read(lineOf(text, index + 1))) yield { file, reading };
    }
  }
}

function lineOf(text: string, number: number): Line {
  return { offset: 0, end: text.length + 1, number, bytes: Buffer.from(text), fault: null, complete: true };
}

describe('what the simulator writes, read by the doors that real data comes through', () => {
  test('[SIM-6] every line becomes an observation: none is refused, none passed over', () => {
    const others: string[] = [];
    const taken = new Set<string>();
    for (const { file, reading } of readings()) {
      if (reading.kind === 'observation') taken.add(reading.observation.kind);
      else others.push(`${file}: ${JSON.stringify(reading)}`);
    }
    expect(others).toEqual([]);
    const kinds = [
      'authentication',
      'certificate',
      'connection',
      'dns',
      'finding',
      'http',
      'lease',
      'service',
      'software',
      'tls',
    ];
    expect([...taken].sort()).toEqual(kinds);
  });

  test('an attempt that the gateway stopped names its policy', () => {
    const policies = new Set<string | null>();
    for (const { reading } of readings()) {
      if (reading.kind === 'observation' && reading.observation.kind === 'finding')
        policies.add(reading.observation.policy);
    }
    expect(policies).toEqual(new Set([null, 'pol_c2_block_global', 'pol_camera_mgmt_only']));
  });

  test.each([12, 40, 312])('the inventory of %i devices is accepted whole', (devices) => {
    const { inventory } = simulateFleet({ seed: 11, until: UNTIL, days: 1, devices });
    const reading = readInventory(inventory, 'yaml');
    expect(reading).toMatchObject({ ok: true });
    expect(reading.ok && reading.entries).toHaveLength(devices);
  });

  test('the policies are accepted whole', () => {
    const file = readPolicies(fleet.policies);
    expect(file).toMatchObject({ ok: true });
    const ids = file.ok ? file.policies.map(({ id }) => id) : [];
    expect(ids).toEqual(
      expect.arrayContaining(['pol_camera_mgmt_only', 'pol_no_lateral_movement', 'pol_c2_block_global']),
    );
  });

  test('the feed is accepted whole, and lists the address of the story as command and control', () => {
    const reading = readFeed({
      bytes: Buffer.from(fleet.feed),
      format: 'auto',
      id: 'sector-exchange' as FeedId,
      defaultConfidence: 0.9,
      defaultCategory: null,
      now: UNTIL,
    });
    expect(reading).toMatchObject({ ok: true, refusedTotal: 0, skipped: {} });
    const feed = reading.ok ? reading.feed : null;
    const listed = feed?.listings.find(({ value }) => value === fleet.story.commandAndControl.address);
    expect(listed?.categories).toEqual(['c2_server']);
    expect(feed?.asOf).toBeLessThan(UNTIL);
  });
});
