import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY_MS, type Detection, MINUTE_MS } from '../../model/index.ts';
import type { Contact } from '../contact.ts';
import { contact } from '../contact.fixture.ts';
import { OneBehavior } from '../one-behavior.fixture.ts';

const START = Date.UTC(2026, 2, 2);
const NOW = START + 4 * DAY_MS;
const MB = 1_000_000;

function browsed(): OneBehavior {
  const behavior = new OneBehavior();
  for (let at = START; at < NOW; at += 12 * MINUTE_MS)
    behavior.observe(contact(at, { peer: `site-${(at / MINUTE_MS) % 25}.com`, prevalence: 8 }));
  return behavior;
}

/** Uploads, each so many minutes after the one before; what is told of them, with the bytes that had left by then. */
function uploaded(
  pieces: readonly (Partial<Contact> & { readonly peer: string; readonly minutes: number })[],
  behavior = browsed(),
) {
  let [at, sent] = [NOW, 0];
  return pieces.flatMap(({ minutes, ...facts }) => {
    const piece = contact((at += minutes * MINUTE_MS), { bytesReceived: 2_000, ...facts });
    sent += piece.bytesSent ?? 0;
    const found = behavior.observe(piece).detections.filter(({ type }) => type === 'data_exfiltration');
    return found.map((each): { sent: number; found: Detection } => ({ sent, found: each }));
  });
}

const to = (servers: number, count: number, bytesSent: number, minutes: number, first = 1) =>
  Array.from({ length: count }, (_, i) => ({
    peer: `203.0.113.${first + (i % servers)}`,
    bytesSent,
    minutes,
  }));

describe('[EVADE-5] decoys make no upload disappear', () => {
  test('what goes to two servers in turn is told beside seven that hold their places', () => {
    const told = uploaded([...to(7, 7, 19 * MB, 60, 100), ...to(2, 60, 18 * MB, 20)]);
    const [first] = told;
    // Seven times 19 MB, and then no more than the week's measure and a piece in each place.
    expect(first?.sent).toBeLessThanOrEqual(7 * 19 * MB + 100 * MB + 2 * 18 * MB);
    expect(first?.found).toMatchObject({ type: 'data_exfiltration', technique: 'T1041' });
    expect(first?.found.description).toContain('to several destinations');
    // What is said of the latest of them holds back nothing of the others.
    expect(first?.found.targets).toEqual([{ subject: null }]);
    expect(told.length).toBeGreaterThan(1);
  });

  test('and however many servers take turns, in whatever pieces', () => {
    fc.assert(
      fc.property(fc.integer({ min: 9, max: 60 }), fc.integer({ min: 1, max: 19 }), (servers, piece) => {
        const count = Math.ceil(1_200 / piece);
        const told = uploaded(to(servers, count, piece * MB, Math.min(20, (5 * 24 * 60) / count)));
        expect(told.length).toBeGreaterThan(0);
        expect(told[0]?.sent).toBeLessThanOrEqual(8 * 100 * MB + 100 * MB + piece * MB);
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ['from which more comes back', { bytesReceived: 10 * MB }],
    ['that others know', { prevalence: 6 }],
    ['of which little goes out to each', { bytesSent: 30_000 }],
  ])('many places are not told %s', (_, facts) => {
    const visits = to(60, 600, 4 * MB, 8).map((each) => ({ ...each, ...facts }));
    expect(uploaded(visits)).toEqual([]);
  });

  test('what is fetched elsewhere meanwhile hides nothing', () => {
    const fetched = Array.from({ length: 60 }, (_, i) => ({
      peer: `files-${i}.com`,
      bytesSent: 5_000,
      bytesReceived: 300 * MB,
      minutes: 1,
    }));
    const both = to(12, 60, 18 * MB, 19).flatMap((each, i) => [each, fetched[i] ?? each]);
    expect(uploaded(both).length).toBeGreaterThan(0);
  });

  test('and as much in as small pieces over weeks is not told', () => {
    const days = 20;
    expect(uploaded(to(60, 60, 4 * MB, (days * 24 * 60) / 60))).toEqual([]);
  });
});
