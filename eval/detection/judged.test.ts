import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { differences } from './judged.ts';

const PAGE = `Every anomaly, judged.

| set | entity | what was said | severity, confidence | judgement |
|---|---|---|---|---|
| eve/one | 10.0.0.1 | \`port_scan\`: 480 ports | medium 0.97 | true |
| eve/one | 10.0.0.1 | \`beaconing\`: every 5 minutes | medium 0.9 | harmless |
`;
const SCAN = { set: 'eve/one.pcap.eve.json.gz', entity: '10.0.0.1', type: 'port_scan' };
const BEACON = { ...SCAN, type: 'beaconing' };

test('[EVAL-JUDGED-1] a page holds where each anomaly is judged, in whatever order', () => {
  expect(differences([BEACON, SCAN], PAGE)).toEqual([]);
});

test('[EVAL-JUDGED-1] what is new, and what is not raised any more, is named', () => {
  expect(differences([SCAN, SCAN, { ...SCAN, entity: '10.0.0.2' }], PAGE)).toEqual([
    'not judged: port_scan of 10.0.0.1 in eve/one.pcap.eve.json.gz',
    'not judged: port_scan of 10.0.0.2 in eve/one.pcap.eve.json.gz',
    'judged, and not raised any more: beaconing of 10.0.0.1 in eve/one',
  ]);
});

test('[EVAL-JUDGED-1] the page of the documents is read so', () => {
  const page = readFileSync(new URL('../../docs/detectors/judged.md', import.meta.url), 'utf8');
  expect(differences([], page).length).toBeGreaterThan(10);
});
