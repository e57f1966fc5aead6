import { isDeepStrictEqual } from 'node:util';
import { canonicalDomain } from '../../../src/exposure/domain-name.ts';
import { fuzzFeeds } from '../../../src/exposure/feeds/mutated-feed.fixture.ts';
import { readingStix } from '../../../src/exposure/feeds/read-feed.ts';
import { StixCollection } from '../../../src/exposure/feeds/stix/collection.ts';
import { readEvent } from '../../../src/knowledge/misp/event-reading.ts';
import { readEventIds, readManifest } from '../../../src/knowledge/misp/manifest-reading.ts';
import { readPage } from '../../../src/knowledge/taxii/page-reading.ts';
import { atOnce, type FeedId } from '../../../src/model/index.ts';
import * as ocsf from '../../../src/sources/ocsf/ocsf-events.fixture.ts';
import { readSoftwareInventory } from '../../../src/sources/ocsf/software-file.ts';
import * as documents from '../../../src/vulnerabilities/documents.fixture.ts';
import { readAdvisories, readBill, softwareBill } from '../../../src/vulnerabilities/index.ts';
import { mutatedDocument, one } from '../mutation.ts';
import { REFUSED, type Target } from '../target.ts';

const NOW = Date.UTC(2026, 4, 21);
const UUID = '00000000-0000-4000-8000-000000000001';
const TEXTS = Object.values(documents).map((each) =>
  typeof each === 'string' ? each : JSON.stringify(each),
);

/** What goes into the journal is JSON: what comes out of it again must be the same. */
function isKeptAsJson(value: unknown): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(value)), value);
}

/** KEV, EPSS, OSV, CVE, NVD, CSAF, OpenVEX, CycloneDX VEX, lifecycles. */
export const advisories: Target = {
  name: 'advisories and VEX',
  input: (chance) => mutatedDocument(chance, one(chance, TEXTS)),
  fault: (text) => {
    const read = readAdvisories(text);
    if (!read.ok) return read.message === '' ? 'no message' : REFUSED;
    return isKeptAsJson(read.knowledge) ? null : 'is another once it was journaled';
  },
};

/** CycloneDX, SPDX 2 and 3. */
export const bills: Target = {
  name: 'bills of materials',
  input: (chance) => mutatedDocument(chance, one(chance, TEXTS)),
  fault: (text) => {
    const read = readBill(text);
    if (!read.ok) return read.message === '' ? 'no message' : REFUSED;
    if (read.bill.components.length === 0) return 'a bill without a component';
    return isKeptAsJson(read.bill) ? null : 'is another once it was journaled';
  },
};

const INVENTORIES = [
  JSON.stringify(ocsf.SOFTWARE),
  JSON.stringify([ocsf.SOFTWARE]),
  ...documents.OCSF_SOFTWARE.map((each) => JSON.stringify(each)),
  documents.OCSF_SOFTWARE.map((each) => JSON.stringify(each)).join('\n'),
];

/** OCSF 5020 from a file. */
export const inventories: Target = {
  name: 'software inventories',
  input: (chance) => mutatedDocument(chance, one(chance, INVENTORIES)),
  fault: (text) => {
    const read = readSoftwareInventory(text, NOW);
    if (!read.ok) return read.message === '' ? 'no message' : REFUSED;
    if (!read.events.every(({ time }) => Number.isSafeInteger(time))) return 'a time that is none';
    const bill = softwareBill(read.events, read.device);
    return !bill.ok || isKeptAsJson(bill.bill) ? null : 'is another once it was journaled';
  },
};

const OBJECTS = [
  {
    type: 'indicator',
    id: `indicator--${UUID}`,
    created: '2026-05-01T00:00:00Z',
    modified: '2026-05-02T00:00:00Z',
    pattern_type: 'stix',
    pattern: "[ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'evil.example.com']",
    valid_from: '2026-05-01T00:00:00Z',
    valid_until: '2026-06-01T00:00:00Z',
    confidence: 85,
    labels: ['c2'],
    kill_chain_phases: [{ kill_chain_name: 'x', phase_name: 'command-and-control' }],
  },
  {
    type: 'relationship',
    id: `relationship--${UUID}`,
    relationship_type: 'indicates',
    source_ref: `indicator--${UUID}`,
    target_ref: `intrusion-set--${UUID}`,
  },
  { type: 'intrusion-set', id: `intrusion-set--${UUID}`, name: 'Acme Spider', aliases: ['Spider'] },
  { type: 'indicator', id: `indicator--${UUID}`, modified: '2026-05-03T00:00:00Z', revoked: true },
]; // prettier-ignore
const PAGES = [
  { more: true, next: 'abc', objects: OBJECTS },
  { more: false, objects: OBJECTS.slice(0, 2) },
  { more: true, next: 7, objects: [] },
  {},
].map((each) => JSON.stringify(each));

/** A page, what is kept of its objects, and the feed that is made of it. */
export const taxiiPages: Target = {
  name: 'TAXII pages',
  input: (chance) => mutatedDocument(chance, one(chance, PAGES)),
  fault: (text) => {
    const { head, objects } = readPage(Buffer.from(text));
    if (!head.ok) return head.problem === '' || objects.length > 0 ? 'refused by half' : REFUSED;
    if (objects.length > head.count) return 'more objects than it holds';
    if (!isKeptAsJson(objects)) return 'is another once it was kept';
    const collection = new StixCollection();
    for (const each of objects) collection.take(each);
    const defaults = { defaultConfidence: 0.7, defaultCategory: null, now: NOW } as const;
    const read = atOnce(readingStix({ ...defaults, objects: collection.objects(), id: 'fuzz' as FeedId }));
    if (!read.ok) return read.message === '' ? 'no message' : REFUSED;
    const wrong = read.feed.listings.find(({ type, value, confidence }) => {
      const isSound = type !== 'domain' || canonicalDomain(value) === value;
      return !isSound || !(confidence >= 0 && confidence <= 1);
    });
    return wrong === undefined ? null : `an unsound listing ${JSON.stringify(wrong)}`;
  },
};

const MANIFEST = JSON.stringify({
  [UUID]: { timestamp: '1778976000', info: 'Acme', Orgc: { name: 'x' }, Tag: [{ name: 'tlp:clear' }] },
  '00000000-0000-4000-8000-000000000002': { timestamp: 1_778_976_001 },
});
const EVENT = JSON.stringify({
  Event: {
    uuid: UUID,
    info: 'Acme',
    timestamp: '1778976000',
    Attribute: [{ type: 'ip-dst', value: '198.51.100.7', to_ids: true }],
  },
}); // prettier-ignore
const EVENT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Manifests and events of a MISP feed by URL or in a folder. */
export const mispPieces: Target = {
  name: 'manifests and events of MISP feeds',
  input: (chance) => mutatedDocument(chance, one(chance, [MANIFEST, EVENT])),
  fault: (text) => {
    const bytes = Buffer.from(text);
    const { objects, uuid } = readEvent(bytes);
    if (!Number.isSafeInteger(objects) || !(uuid === null || typeof uuid === 'string')) return 'an odd event';
    const ids = readEventIds(bytes);
    if (ids?.some((id) => typeof id !== 'string')) return 'an id that is no text';
    const read = readManifest(bytes, 1);
    if (!read.ok) return read.problem === '' ? 'no problem' : REFUSED;
    const areSound = read.events.every(
      ({ id, timestamp }) => EVENT_ID.test(id) && Number.isSafeInteger(timestamp) && timestamp >= 0,
    );
    if (!areSound || read.events.length > 1 || read.named < read.events.length) return 'an unsound manifest';
    return null;
  },
};

/** Text lists, abuse.ch, MISP events, STIX bundles and warning lists, mutated where their samples are. */
export const feeds: Target = {
  name: 'feeds and warning lists',
  input: () => '',
  fault: (_, chance) => fuzzFeeds(chance, 1),
};
