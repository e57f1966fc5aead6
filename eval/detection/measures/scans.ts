import { medianOf } from '../metrics/median.ts';
import { recallAtPrecision } from '../metrics/f1.ts';
import type { Unit } from '../metrics/unit.ts';
import { clusterInterval, type Interval } from '../metrics/bootstrap.ts';
import { FIXED_SCAN_ALARM, fixedScan, RANDOM_WALK_ALARM, randomWalk } from '../peers/scans.ts';
import { type Talk, talkOf } from '../telemetry/talk.ts';
import { type Attacked, type Quiet, rounded, type Round } from './judged.ts';

const LEAST_TARGETS = 4;
const PRECISION = 0.99;
const MALICIOUS = /malicious/i;

interface ScanFigures {
  /** Of sources from outside with at least four targets, each detector at its own threshold; 0 below that precision. */
  readonly recall_at_p99: number | null;
  readonly recall_at_p99_95: Interval | null;
  /** Benign hosts that were called scanners. */
  readonly outbound_false: number;
}

export interface ScanReport {
  readonly product: ScanFigures & {
    readonly sources: number;
    readonly benign_hosts: number;
    /** Share of the placed scans that were said of the scanning host. */
    readonly outbound_found: number | null;
  };
  readonly peers: Readonly<Record<'trw' | 'fixed_scan', ScanFigures>>;
}

interface Source {
  readonly address: string;
  readonly isMalicious: boolean;
  readonly talks: readonly Talk[];
  /** The product tells of it that it scans: yes or no, without a score. */
  readonly isSaid: boolean;
}

/** Inbound: sources by the labels of their flows. Outbound: hosts that do not scan, and scans placed upon them. */
export function measureScans(quiets: readonly Quiet[], rounds: readonly Round[]): ScanReport {
  const labelled = quiets.filter(({ background }) => background.uses.includes('scans'));
  const sources = labelled.flatMap(sourcesOf);
  const watched = quiets.filter(
    ({ background }) => background.uses.includes('hours') && background.talks.length > 0,
  );
  const outbound = watched.flatMap(({ background, hosts }) =>
    hosts.map((host) => background.talks.filter(({ from }) => from === host)),
  );
  const figures = (label: string, score: (source: Source) => number, falseHosts: number): ScanFigures => {
    const units = sources.map(
      (each): Unit => ({
        entity: each.address,
        what: each.address,
        isPositive: each.isMalicious,
        weight: 1,
        score: score(each),
      }),
    );
    return {
      recall_at_p99: rounded(recall(units)),
      recall_at_p99_95: clusterInterval([units], recall, label),
      outbound_false: falseHosts,
    };
  };
  const countOutbound = (alarms: (talks: readonly Talk[]) => boolean) => outbound.filter(alarms).length;
  return {
    product: {
      ...figures(
        'scans product',
        ({ isSaid }) => (isSaid ? 1 : -Infinity),
        watched.reduce((sum, quiet) => sum + hostsCalledScanners(quiet), 0),
      ),
      sources: sources.length,
      benign_hosts: outbound.length,
      outbound_found: rounded(medianOf(rounds.map(shareOfScansFound))),
    },
    peers: {
      trw: figures(
        'trw',
        ({ talks }) => (randomWalk(talks) >= RANDOM_WALK_ALARM ? 1 : -Infinity),
        countOutbound((talks) => randomWalk(talks) >= RANDOM_WALK_ALARM),
      ),
      fixed_scan: figures(
        'fixed',
        ({ talks }) => (fixedScan(talks) > FIXED_SCAN_ALARM ? 1 : -Infinity),
        countOutbound((talks) => fixedScan(talks) > FIXED_SCAN_ALARM),
      ),
    },
  };
}

function recall(units: readonly Unit[]): number | null {
  return recallAtPrecision(units, PRECISION);
}

function sourcesOf({ background, hosts, lived }: Quiet): readonly Source[] {
  const bySource = new Map<string, { talks: Talk[]; isMalicious: boolean }>();
  for (const each of background.observations) {
    if (each.kind !== 'connection' || !hosts.includes(each.to.address) || background.isOwn(each.from.address))
      continue;
    const source = bySource.get(each.from.address) ?? { talks: [], isMalicious: false };
    source.talks.push(...talkOf(each));
    source.isMalicious ||= MALICIOUS.test(background.labels.get(each.provenance.uid ?? '') ?? '');
    bySource.set(each.from.address, source);
  }
  return [...bySource].flatMap(([address, { talks, isMalicious }]) =>
    new Set(talks.map(({ to, port }) => `${to}:${port}`)).size < LEAST_TARGETS
      ? []
      : [{ address, isMalicious, talks, isSaid: lived.scanners.has(address) }],
  );
}

/** What others do to a host does not make it a scanner: then the evidence names somebody that it never called. */
function hostsCalledScanners({ background, hosts, lived }: Quiet): number {
  return hosts.filter((host) => {
    const called = new Set(
      background.talks
        .filter(({ from }) => from === host)
        .flatMap(({ to, destination }) => [to, destination]),
    );
    const callers = new Set(background.talks.filter(({ to }) => to === host).map(({ from }) => from));
    return lived.detections.some(({ type, who, evidence }) => {
      const subject = evidence[0]?.subject ?? '';
      return type === 'port_scan' && who === host && !(callers.has(subject) && !called.has(subject));
    });
  }).length;
}

function shareOfScansFound(round: Round): number | null {
  const scans = round.flatMap((life) =>
    life.placements
      .filter(({ trace }) => trace.kinds.includes('scan'))
      .map((placement) => ({ life, placement })),
  );
  if (scans.length === 0) return null;
  return scans.filter(({ life, placement }) => isScanSaid(life, placement)).length / scans.length;
}

function isScanSaid({ lived }: Attacked, { host, begin, end }: Attacked['placements'][number]): boolean {
  return lived.detections.some(
    ({ type, who, at }) => type === 'port_scan' && who === host && at >= begin && at <= end + 1_000,
  );
}
