import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, HOUR_MS, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 2 * DAY_MS;

function browsed(until = NOW): OneBehavior {
  const behavior = new OneBehavior();
  for (let at = START; at < until; at += 6 * MINUTE_MS)
    behavior.observe(contact(at, { peer: `site-${(at / MINUTE_MS) % 25}.com`, prevalence: 8 }));
  return behavior;
}

/** What is told of pieces of 90 kB, one every seven minutes. */
function dripped(facts: Partial<Contact> = {}, behavior = browsed(), from = NOW): Detection[] {
  return Array.from({ length: 40 }, (_, i) => {
    const piece = { peer: '198.51.100.9', bytesSent: 90_000, bytesReceived: 900, ...facts };
    return behavior.observe(contact(from + i * 7 * MINUTE_MS, piece)).detections;
  })
    .flat()
    .filter(({ type }) => type === 'data_exfiltration');
}

describe('[EXFIL-2] what goes out little by little', () => {
  test('to a bare address that is new and nobody else’s is told after a few pieces, and again when it has doubled', () => {
    const [first, second] = dripped();
    expect(first).toMatchObject({
      severity: 'medium',
      technique: 'T1041',
      observed: '0.5 MB within an hour',
    });
    expect(first?.confidence).toBeGreaterThanOrEqual(0.65);
    expect(first?.confidence).toBeLessThanOrEqual(0.9);
    expect(second?.evidence[0]?.count).toBeGreaterThanOrEqual(2 * (first?.evidence[0]?.count ?? 0));
  });

  test.each([
    ['to a service with a name', { peer: 'vault.com' }],
    ['to a place that others know', { prevalence: 4 }],
    ['where as much comes back', { bytesReceived: 60_000 }],
    ['in pieces as small as those of the web', { bytesSent: 4_000 }],
    ['in a fleet of one', { fleet: 1 }],
  ])('is not told %s', (_, facts) => {
    expect(dripped(facts)).toEqual([]);
  });

  test('is not told in the first hours, in which all is new', () => {
    expect(dripped({}, browsed(START + HOUR_MS), START + HOUR_MS)).toEqual([]);
  });
});
