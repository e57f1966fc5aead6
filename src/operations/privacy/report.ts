import type { RetentionConfig } from '../../config/index.ts';
import type { FleetState } from '../../data-directory/index.ts';
import type { FleetDesk } from '../../fleet-statistics/index.ts';
import type { Fetches } from '../../intel/index.ts';
import { iso, isoOrNull } from '../../model/index.ts';
import { HELD_AS, HELD_FIELDS } from '../../privacy/index.ts';
import { EVENT_SOURCES } from '../../sources/index.ts';
import type { OutputReport } from '../operations.ts';
import type { PrivacyReport } from './operations.ts';
import { RECORDS, STORES } from './stores.ts';

interface BesideState {
  readonly outputs: readonly OutputReport[];
  readonly fetches: Fetches;
  readonly retention: RetentionConfig;
  readonly fleet: FleetDesk;
}

const FINDING =
  'published changes of risk and anomalies as OCSF: ids, addresses and domains in evidence, the way back to the logs';
const REPORT = 'sums by kind of device, encrypted under the public key of the tenant, over';
const FETCH = 'a request for the feed; nothing that is known here';
const RELEASES = "a request for the key holder's releases; nothing that is known here";

export function privacyReport(
  state: FleetState,
  { outputs, fetches, retention, fleet }: BesideState,
): PrivacyReport {
  const { directory, erasures } = state.engine;
  const { number, waiting } = directory.accountEpoch;
  return {
    fields: heldFields(),
    records: Object.entries(RECORDS).map(([record, [whose, free_text]]) => ({ record, whose, free_text })),
    stores: STORES.map(({ dataClass, where, holds, kept, enforcedBy }) => ({
      data_class: dataClass,
      where,
      holds,
      kept: kept(retention),
      enforced_by: enforcedBy,
    })),
    users: {
      known: directory.userCount,
      account_key_epoch: number,
      waiting_for_key: waiting,
      erasures: erasures.all.map(({ at, actor, users }) => ({ at: iso(at), actor, users })),
    },
    left_the_machine: {
      findings: outputs.map(({ to, type, minLevel, lastSentAt }) => ({
        to,
        type,
        what: `${FINDING}; from ${minLevel} on`,
        last_sent_at: lastSentAt,
      })),
      fetched: [...fetchedFeeds(fetches), ...fetchedReleases(fleet)],
      site_reports: fleet.sent.all().flatMap(({ round, sha256, devices, outcome, destinations }) =>
        destinations.map(({ to, at }) => ({
          round: String(round),
          to,
          what: `${REPORT} ${devices} devices; ${outcome}; sha256 ${sha256}`,
          at: iso(at),
        })),
      ),
    },
  };
}

type Fetched = PrivacyReport['left_the_machine']['fetched'];

function fetchedFeeds(fetches: Fetches): Fetched {
  return Array.from(fetches.all()).flatMap(([feed, { kind, succeeded }]) =>
    kind === 'folder' ? [] : [{ feed, kind, what: FETCH, last: isoOrNull(succeeded) }],
  );
}

function fetchedReleases({ config, releasesFetchedAt }: FleetDesk): Fetched {
  if (!(config?.releases instanceof URL)) return [];
  const { origin } = config.releases;
  return [{ feed: 'fleet releases', kind: origin, what: RELEASES, last: isoOrNull(releasesFetchedAt) }];
}

/** Time and provenance are of every event; they are told once. */
function heldFields(): PrivacyReport['fields'] {
  const every = (['time', 'provenance'] as const).map((field) => ({
    event: 'every',
    field,
    held_as: field,
    about: HELD_AS[field].about,
    sources: ['every'],
  }));
  const kinds = Object.keys(HELD_FIELDS) as (keyof typeof HELD_FIELDS)[];
  return [
    ...every,
    ...kinds.flatMap((event) =>
      Object.entries(HELD_FIELDS[event]).map(([field, as]) => ({
        event,
        field,
        held_as: as,
        about: HELD_AS[as].about,
        sources: EVENT_SOURCES[event],
      })),
    ),
  ];
}
