import type { Event } from '../../src/model/index.ts';
import { type BeaconReport, measureBeacons } from './measures/beacons.ts';
import { type CalibrationReport, measureCalibration } from './measures/calibration.ts';
import { type HoursReport, measureHours } from './measures/hours.ts';
import { entityName, type Quiet, type Round } from './measures/judged.ts';
import { measurePlacebo, type PlaceboReport } from './measures/placebo.ts';
import { measureQuiet, type QuietReport } from './measures/quiet.ts';
import { measureQuietSimulated, type QuietSimulatedReport } from './measures/quiet-simulated.ts';
import { measureScans, type ScanReport } from './measures/scans.ts';
import { measureTunnels, type TunnelReport } from './measures/tunnels.ts';
import { merged } from './placement/merged.ts';
import { place } from './placement/place.ts';
import { type Donor, donorsIn, placeboOf } from './placement/placebo.ts';
import { type Assignment, assignments } from './placement/rotation.ts';
import { live, type Lived, sealed } from './product/lived.ts';
import { liveSimulated } from './product/simulated.ts';
import { halfOf, isIn, type Split } from './split.ts';
import type { Background } from './telemetry/benign.ts';
import type { Trace } from './telemetry/trace.ts';

export const MEASURES = [
  'hours',
  'placebo',
  'beacons',
  'scans',
  'tunnels',
  'quiet',
  'quiet_simulated',
  'calibration',
] as const;
export type MeasureName = (typeof MEASURES)[number];

interface SimulatedSize {
  readonly devices: number;
  readonly days: number;
}
/** Three weeks: one to learn, one to settle, one to be measured. */
const SIMULATED: SimulatedSize = { devices: 200, days: 21 };

export interface EvaluationOf {
  readonly backgrounds: readonly Background[];
  readonly traces: readonly Trace[];
  readonly split: Split;
  readonly seeds: number;
  readonly only: readonly MeasureName[];
  readonly simulated?: SimulatedSize;
  readonly progress: (what: string) => void;
}

export interface Evaluation {
  readonly split: Split;
  readonly seeds: number;
  readonly hosts: Readonly<Record<string, 'tune' | 'test'>>;
  readonly families: Readonly<Record<string, 'tune' | 'test'>>;
  readonly hours: HoursReport | null;
  readonly placebo: PlaceboReport | null;
  readonly beacons: BeaconReport | null;
  readonly scans: ScanReport | null;
  readonly tunnels: TunnelReport | null;
  readonly quiet: QuietReport | null;
  readonly quiet_simulated: QuietSimulatedReport | null;
  readonly calibration: CalibrationReport | null;
}

/** Lives each background once in quiet and, per placement seed, with attacks; then measures. */
export async function evaluate({
  backgrounds,
  traces,
  split,
  seeds,
  only,
  simulated = SIMULATED,
  progress,
}: EvaluationOf): Promise<Evaluation> {
  const chosen = traces.filter(({ family, events }) => events.length > 0 && isIn(split, family));
  const needed = backgrounds.filter(({ uses }) => only.some((each) => serves(uses, each)));
  const sealedOnes = new Map<Background, readonly Event[]>();
  const quiets: Quiet[] = [];
  for (const background of needed) {
    progress(`${background.name}: ${background.observations.length} events lived in quiet`);
    const hosts = background.hosts.filter((host) => isIn(split, entityName(background, host)));
    const events = sealed(background.observations);
    sealedOnes.set(background, events);
    quiets.push({ background, hosts, lived: livedBy(background, events) });
    await nextTurn();
  }
  const donors = backgrounds.flatMap((each) =>
    donorsIn(
      each,
      each.hosts.filter((host) => isIn(split, entityName(each, host))),
    ),
  );
  const rounds: Round[] = [];
  const placeboRounds: Round[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    progress(`placement seed ${seed} of ${seeds}`);
    rounds.push(await round(quiets, sealedOnes, chosen, seed, null));
    if (only.includes('placebo')) placeboRounds.push(await round(quiets, sealedOnes, chosen, seed, donors));
  }
  if (only.includes('quiet_simulated'))
    progress(`a simulated fleet of ${simulated.devices} devices lives ${simulated.days} days in quiet`);
  const fleet = only.includes('quiet_simulated') ? liveSimulated({ seed: 1, ...simulated }) : null;
  progress('measuring');
  const when = <T>(name: MeasureName, measure: () => T): T | null => (only.includes(name) ? measure() : null);
  return {
    split,
    seeds,
    hosts: halves(backgrounds.flatMap((each) => each.hosts.map((host) => entityName(each, host)))),
    families: halves([...new Set(traces.map(({ family }) => family))]),
    hours: when('hours', () => measureHours(quiets, rounds)),
    placebo: when('placebo', () => measurePlacebo(quiets, rounds, placeboRounds)),
    beacons: when('beacons', () => measureBeacons(quiets, rounds)),
    scans: when('scans', () => measureScans(quiets, rounds)),
    tunnels: when('tunnels', () => measureTunnels(quiets, rounds)),
    quiet: when('quiet', () => measureQuiet(quiets, rounds)),
    quiet_simulated: fleet && measureQuietSimulated(fleet),
    calibration: when('calibration', () => measureCalibration(quiets, rounds)),
  };
}

function halves(names: readonly string[]): Record<string, 'tune' | 'test'> {
  return Object.fromEntries(names.map((each) => [each, halfOf(each)]));
}

/** With attacks; or, where there are donors, with a placebo in place of each. */
async function round(
  quiets: readonly Quiet[],
  sealedOnes: ReadonlyMap<Background, readonly Event[]>,
  traces: readonly Trace[],
  seed: number,
  donors: readonly Donor[] | null,
): Promise<Round> {
  const lives: Round[number][] = [];
  for (const quiet of quiets) {
    const { background } = quiet;
    if (!background.uses.includes('hours')) continue;
    const hosts = quiet.hosts.filter((host) => host.includes('.'));
    for (const assignment of assignments(background, hosts, traces, seed)) {
      const given = donors === null ? assignment : placeboOf(assignment, background, donors, seed);
      lives.push(attacked(quiet, sealedOnes.get(background) ?? [], given, seed));
      await nextTurn();
    }
  }
  return lives;
}

function attacked(
  quiet: Quiet,
  events: readonly Event[],
  assignment: Assignment,
  seed: number,
): Round[number] {
  const { background } = quiet;
  const placements = [...assignment].map(([host, trace]) => place(trace, host, background, seed));
  const added = placements.flatMap((each) => sealed(each.events)).sort((a, b) => a.time - b.time);
  return { quiet, placements, lived: livedBy(background, merged(events, added)) };
}

function livedBy({ networks, hosts }: Background, events: readonly Event[]): Lived {
  return live({ networks, hosts, events });
}

/** Scans are about the hosts that lived their hours; calibration about all that is quiet. */
function serves(uses: Background['uses'], measure: MeasureName): boolean {
  if (measure === 'calibration') return uses.includes('quiet');
  if (measure === 'scans') return uses.includes('scans') || uses.includes('hours');
  if (measure === 'quiet_simulated') return false;
  if (measure === 'placebo') return uses.includes('hours');
  return uses.includes(measure) || uses.includes('hours');
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
