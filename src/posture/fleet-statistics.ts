import type { EngineView } from '../engine/index.ts';
import {
  type Detail,
  type FleetStatistics,
  type GroupStatistics,
  type StatisticGroup,
  type StatisticMetric,
  type ToolInput,
} from '../model/index.ts';
import { provenanceOf } from './fleet-wide.ts';
import { type Clock, framing } from './framing.ts';
import { groupSums } from './group-sums.ts';
import type { LeftOut } from './left-out.ts';
import { leftOut } from './not-kept.ts';
import { sitesShown } from './sites-shown.ts';
import { told } from './sums-told.ts';
import type { Turn } from './turns.ts';

type Query = ToolInput<'get_fleet_statistics'>;

const GROUPS_PER_DETAIL: Readonly<Record<Detail, number>> = { concise: 5, standard: 12, full: 64 };
/** How entities behaved is not kept of the past. */
const OF_THE_PRESENT: ReadonlySet<StatisticMetric> = new Set(['connections', 'bytes', 'destinations']);

interface Asked {
  readonly group: StatisticGroup;
  readonly metric: StatisticMetric;
  readonly detail: Detail;
}

/** Sums over this site, added up here, and over all sites of the tenant, added up where nobody could read them. */
export async function fleetStatistics(
  view: EngineView,
  query: Query,
  clock: Clock,
  turn: Turn,
): Promise<FleetStatistics> {
  const { metric = 'score', detail = 'standard' } = query;
  const group: StatisticGroup = query.group ?? 'all';
  const asked = { group, metric, detail };
  const local = await localPart(view, asked, turn);
  const fleet = fleetPart(view, asked);
  const shown = GROUPS_PER_DETAIL[detail];
  return {
    metric,
    group,
    local: local === null ? null : { ...local, groups: local.groups.slice(0, shown) },
    fleet: fleet === null ? null : { ...fleet, groups: fleet.groups.slice(0, shown) },
    ...framing(view, clock, view.fleet().confidence),
    ...leftOut(
      view,
      'statistics',
      tooLong([local?.groups, fleet?.groups], asked),
      local === null ? null : sitesShown(view, detail).cutSites,
    ),
  };
}

async function localPart(view: EngineView, asked: Asked, turn: Turn): Promise<FleetStatistics['local']> {
  const { group, metric } = asked;
  if (view.asOf !== null && OF_THE_PRESENT.has(metric)) return null;
  const groups = await groupSums(view, group, turn);
  return {
    groups: largestFirst(
      [...groups].map(([name, { sums, points }]) => told(name, sums, metric, isFull(asked), points)),
    ),
    provenance: {
      method: 'local-plaintext',
      sites: sitesShown(view, asked.detail).sites,
      basis: view.fleet().basis,
      counted: group === 'type' ? 'entities' : 'devices',
    },
  };
}

/** Other sites are known by cohort, and as a whole. */
function fleetPart({ fleetRelease: release }: EngineView, asked: Asked): FleetStatistics['fleet'] {
  const { group, metric } = asked;
  if (release === null || (group !== 'all' && group !== 'cohort')) return null;
  const groups =
    group === 'all'
      ? [told('all', release.whole, metric, isFull(asked))]
      : release.cohorts.flatMap((each) =>
          'sums' in each ? [told(each.cohort, each.sums, metric, isFull(asked))] : [],
        );
  return { groups: largestFirst(groups), provenance: provenanceOf(release) };
}

/** The integers themselves: of every group they would be too long. */
function isFull({ group, detail }: Asked): boolean {
  return group === 'all' && detail === 'full';
}

function largestFirst(groups: readonly GroupStatistics[]): GroupStatistics[] {
  return groups.toSorted((a, b) => b.entities - a.entities || (a.group < b.group ? -1 : 1));
}

function tooLong(
  parts: readonly (readonly GroupStatistics[] | undefined)[],
  { group, detail }: Asked,
): LeftOut | null {
  if (group === 'type' || group === 'site' || group === 'criticality')
    return { what: 'all sites together by this group', how_to_get: 'group: cohort, or none' };
  const isTooLong = parts.some((groups) => (groups?.length ?? 0) > GROUPS_PER_DETAIL[detail]);
  if (!isTooLong) return null;
  const howToGet =
    detail === 'full' ? 'search_entities with group_by counts them' : 'ask again with detail: full';
  return { what: 'smaller groups', how_to_get: howToGet };
}
