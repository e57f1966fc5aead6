import type { FleetStatus, ReleaseImported } from '../fleet-statistics/index.ts';
import type { FleetStatistics, GroupStatistics } from '../model/index.ts';
import { columns, counted, grouped } from './table.ts';
import type { Terminal } from './terminal.ts';

const HASH_SHOWN = 12;

export function statisticsText({ metric, local, fleet }: FleetStatistics, terminal: Terminal): string {
  const here = [
    terminal.paint('bold', `This site, by ${metric}`),
    ...(local === null ? ['  not kept of the past'] : rowsOf(local.groups)),
  ];
  if (fleet === null)
    return [...here, '', 'All sites: nothing released, or not by this group (cohorts only).'].join('\n');
  const { round, round_at: at, sites, suppressed, minimum_group: least } = fleet.provenance;
  const told = `${counted(sites, 'site')}, round ${round} of ${at}; nothing of ${counted(suppressed, 'cohort')} with fewer than ${least} devices, or none`;
  return [
    ...here,
    '',
    `${terminal.paint('bold', 'All sites, summed under encryption')}  ${told}`,
    ...rowsOf(fleet.groups),
  ].join('\n');
}

function rowsOf(groups: readonly GroupStatistics[]): string[] {
  if (groups.length === 0) return ['  nothing'];
  return columns(
    groups.map((each) => [`  ${each.group}`, grouped(each.entities), figuresOf(each)]),
    [1],
  );
}

function figuresOf({ mean, variance, quantiles, counts, means, spread, total }: GroupStatistics): string {
  if (spread !== undefined)
    return `typically ${shown(spread.typical)}, mostly ${shown(spread.from)} to ${shown(spread.to)}`;
  const named = Object.entries(counts ?? means ?? {}).map(([name, value]) => `${name} ${shown(value)}`);
  if (named.length > 0) return named.join(' · ');
  if (total !== undefined) return `${grouped(total)}, ${shown(mean ?? 0)} each`;
  const average = `mean ${shown(mean ?? 0)} ± ${Math.sqrt(variance ?? 0).toFixed(1)}`;
  if (quantiles === undefined) return average;
  const { p10, p50, p90, error } = quantiles;
  return `${average} · 10 % ≤ ${p10}, half ≤ ${p50}, 90 % ≤ ${p90} (within ${error})`;
}

function shown(value: number): string {
  return Number.isInteger(value) ? grouped(value) : String(value);
}

export function fleetStatusText(status: FleetStatus, terminal: Terminal): string {
  if (!status.configured) return 'This Stance is no site of a fleet: nothing is sent to anybody.';
  const { site, tenant, aggregator, problem, release } = status;
  const rows = [
    ['Site', `${site ?? 'unknown'} of ${tenant ?? 'unknown'}`],
    ['Aggregator', aggregator ?? ''],
    ['Key', status.key_id ?? 'unknown'],
    [
      'Next report',
      status.running ? (status.next_report ?? 'soon') : 'while stance serve runs; it does not now',
    ],
    [
      'All sites',
      release === null
        ? 'nothing released yet'
        : `round ${release.round} of ${release.round_at}: ${counted(release.devices, 'device')} at ${counted(release.sites, 'site')}`,
    ],
    ...(problem === null ? [] : [['Problem', terminal.paint('red', problem)]]),
  ];
  const sent = status.reports.map((each) => [
    String(each.round),
    each.at,
    each.outcome,
    `${grouped(each.bytes)} bytes`,
    `sha256 ${each.sha256.slice(0, HASH_SHOWN)}…`,
    counted(each.devices, 'device'),
    each.destinations.map(({ to }) => to).join(', ') || `nothing left yet for ${each.to}`,
    each.problem ?? '',
  ]);
  const head = terminal.paint('bold', `Sent (${grouped(status.reports_total)})`);
  return [...columns(rows), '', head, ...(sent.length === 0 ? ['nothing yet'] : columns(sent, [0, 3]))].join(
    '\n',
  );
}

export function importedText({ changed, round, round_at: at, devices, sites }: ReleaseImported): string {
  const what = `Round ${round} of ${at}: ${counted(devices, 'device')} at ${counted(sites, 'site')}`;
  return changed ? `${what}.` : `${what}; it was known already.`;
}
