import { expect, test } from 'vitest';
import type { FeedId } from '../../model/index.ts';
import { IndicatorTable } from '../indicator-table.ts';
import { fingerprint } from '../indicators/fingerprint.fixture.ts';
import { verdict } from '../verdict.ts';
import { readFeed } from './read-feed.ts';

const NOW = Date.UTC(2026, 4, 21);

function read(...lines: readonly string[]) {
  const reading = readFeed({
    bytes: Buffer.from(`${lines.join('\n')}\n`),
    format: 'plain',
    id: 'f' as FeedId,
    defaultConfidence: 0.9,
    defaultCategory: 'c2_server',
    now: NOW,
  });
  if (!reading.ok) throw new Error(reading.message);
  return reading.feed;
}

test.each<[string, readonly string[], readonly number[] | undefined]>([
  ['one that is named', ['198.51.100.7:443'], [443]],
  ['two, in order', ['198.51.100.7:8443', '198.51.100.7:443', '198.51.100.7:8443'], [443, 8_443]],
  ['in a URL', ['http://198.51.100.7:8080/a'], [8_080]],
  ['of IPv6', ['[2a00:1::7]:443'], [443]],
  ['none where the host is listed too', ['198.51.100.7:443', '198.51.100.7'], undefined],
  [
    'none where there are many',
    ['198.51.100.7:1', '198.51.100.7:2', '198.51.100.7:3', '198.51.100.7:1'],
    undefined,
  ],
  ['none that is no port', ['198.51.100.7:0', '198.51.100.7:99999'], undefined],
])('[FEED-PORT-1] the ports of a listing: %s', (_, lines, expected) => {
  expect(read(...lines).listings.map(({ ports }) => ports)).toEqual([expected]);
});

test('[FEED-PORT-1] a verdict says for which ports a feed lists it', () => {
  const table = IndicatorTable.build([read('198.51.100.7:443', '198.51.100.8')], fingerprint);
  const portsOf = (value: string) =>
    verdict(table.match({ type: 'ip', value }), NOW, false).evidence.map(({ ports }) => ports);
  expect([portsOf('198.51.100.7'), portsOf('198.51.100.8')]).toEqual([[[443]], [[]]]);
});
