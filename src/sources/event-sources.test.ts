import { expect, test } from 'vitest';
import { EVENT_SOURCES } from './event-sources.ts';
import { CONTEXT, lineOf } from './json-line.fixture.ts';
import * as ocsf from './ocsf/ocsf-events.fixture.ts';
import { createOcsfReader } from './ocsf/reader.ts';
import { TELLING } from './suricata/eve-records.fixture.ts';
import { createSuricataReader, EVE_TYPES } from './suricata/reader.ts';
import { LOG_KINDS } from './zeek/log-kinds.fixture.ts';

/** What each source is seen to become; Zeek's cases are held against its reader in a test of their own. */
function seen(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>(Object.keys(EVENT_SOURCES).map((kind) => [kind, new Set()]));
  for (const { kind, made } of LOG_KINDS) found.get(made.kind)?.add(`zeek ${kind}`);
  for (const record of TELLING) {
    for (const reading of createSuricataReader(CONTEXT).read(lineOf(record))) {
      if (reading.kind === 'observation')
        found.get(reading.observation.kind)?.add(`suricata ${record.event_type}`);
    }
  }
  for (const event of ocsf.ALL) {
    for (const reading of createOcsfReader(CONTEXT).read(lineOf(event))) {
      if (reading.kind === 'observation') found.get(reading.observation.kind)?.add(`ocsf ${event.class_uid}`);
    }
  }
  return found;
}

/** What records become beside what the cases become: a sign-in to FTP, a connection that a firewall forbade, or one to a name alone. */
const ALSO = { authentication: ['zeek ftp'], finding: ['ocsf 4001'], dns: ['ocsf 4001'] };

test('[PRIV-REPORT-1] the sources of each kind of event are those from which the readers make it', () => {
  const found = seen();
  for (const [kind, sources] of Object.entries(ALSO)) for (const each of sources) found.get(kind)?.add(each);
  for (const [kind, sources] of Object.entries(EVENT_SOURCES)) {
    expect([kind, new Set(sources)]).toEqual([kind, found.get(kind)]);
  }
});

test('[PRIV-REPORT-1] every event type of Suricata that is read is told', () => {
  const told = new Set(
    Object.values(EVENT_SOURCES)
      .flat()
      .filter((each) => each.startsWith('suricata ')),
  );
  expect(told).toEqual(new Set(EVE_TYPES.map((type) => `suricata ${type}`)));
});
