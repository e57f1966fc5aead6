import { HOUR_MS, rank, SEVERITIES } from '../../../src/model/index.ts';
import { Random } from '../../../src/simulator/index.ts';
import { BUDGET } from '../measures/hours.ts';
import { type Attacked, type Quiet, rounded } from '../measures/judged.ts';
import { trueDetections } from '../measures/truth.ts';
import { allowedAlarms } from '../metrics/f1.ts';
import { median } from '../metrics/median.ts';
import { merged } from '../placement/merged.ts';
import { isControl, place, type Placement } from '../placement/place.ts';
import { live, sealed } from '../product/lived.ts';
import { type Background, testBegins } from '../telemetry/benign.ts';
import { type Invention, type Sort, traceOf } from './invention.ts';

/** What became of one invention, over all draws and lives. */
export interface Row {
  readonly name: string;
  readonly sort: Sort;
  readonly isHarmless: boolean;
  readonly placed: number;
  /** Shares of the placements of which anything is told by an hour after the end; at high or critical. */
  readonly told: number;
  readonly toldHigh: number;
  /** Calls to its control until a beacon is told, the first included; `null`: most often never, or it has none. */
  readonly calls: number | null;
  /** Share of its hours that surprise more than the benign hours which a budget of false alarms leaves. */
  readonly hours: number;
  readonly byType: Readonly<Record<string, number>>;
  readonly byLife: Readonly<Record<string, number>>;
}

interface Outcome {
  readonly life: string;
  readonly types: readonly string[];
  readonly isHigh: boolean;
  readonly calls: number;
  readonly hours: number;
}

/**
 * Each invention, drawn anew for each seed, on a host of each life in turn.
 * @param office a simulated life, whose hours say nothing of how quiet real ones are
 */
export function measureInventions(
  real: readonly Background[],
  office: Background,
  inventions: readonly Invention[],
  firstSeed: number,
  seeds: number,
  progress: (what: string) => void,
): readonly Row[] {
  const lives = [...real, office].map((background) => {
    const events = sealed(background.observations);
    const { networks, hosts } = background;
    return { events, quiet: { background, hosts, lived: live({ networks, hosts, events }) } };
  });
  const threshold = thresholdOf(lives.slice(0, real.length).map(({ quiet }) => quiet));
  progress(`hours above ${threshold.toFixed(2)} stand out`);
  return inventions.map((invention) => {
    progress(invention.name);
    const fit = lives.filter(({ quiet }) => invention.sort !== 'movement' || quiet.hosts.length > 1);
    const outcomes = fit.flatMap(({ quiet, events }) =>
      Array.from({ length: seeds }, (_, index) => {
        const seed = firstSeed + index;
        const { background, hosts } = quiet;
        const host = hosts[seed % hosts.length] as string;
        const trace = traceOf(invention, new Random(seed, `${invention.name} ${background.name}`));
        const placement = place(trace, host, background, seed);
        const all = merged(events, sealed(placement.events));
        const lived = live({ networks: background.networks, hosts: [host], events: all });
        return outcomeOf({ quiet, placements: [placement], lived }, placement, threshold);
      }),
    );
    return rowOf(invention, outcomes);
  });
}

/** The surprise that no more of the benign hours exceed than the budget allows. */
function thresholdOf(quiets: readonly Quiet[]): number {
  const surprises = quiets.flatMap(({ background, hosts, lived }) =>
    hosts.flatMap((host) =>
      [...(lived.hours.get(host) ?? [])]
        .filter(([hour]) => hour * HOUR_MS >= testBegins(background))
        .map(([, surprise]) => surprise),
    ),
  );
  const days = quiets.reduce((sum, { background, hosts }) => {
    return sum + (hosts.length * (background.end - testBegins(background))) / (24 * HOUR_MS);
  }, 0);
  return surprises.sort((a, b) => b - a)[allowedAlarms(BUDGET, days)] ?? 0;
}

function outcomeOf(life: Attacked, placement: Placement, threshold: number): Outcome {
  const said = trueDetections(life, placement);
  const first = said.find(
    ({ type, evidence }) => type === 'beaconing' && isControl(placement, evidence[0]?.subject),
  );
  const seen = life.lived.hours.get(placement.host);
  const above = placement.hours.filter((hour) => (seen?.get(hour) ?? 0) > threshold);
  return {
    life: life.quiet.background.name,
    types: [...new Set(said.map(({ type }) => type))],
    isHigh: said.some(({ severity }) => rank(SEVERITIES, severity) >= rank(SEVERITIES, 'high')),
    calls: first === undefined ? Infinity : placement.contacts.filter((time) => time <= first.at).length,
    hours: above.length / Math.max(1, placement.hours.length),
  };
}

function rowOf({ name, sort, isHarmless }: Invention, outcomes: readonly Outcome[]): Row {
  const isTold = ({ types }: Outcome) => types.length > 0;
  const types = [...new Set(outcomes.flatMap((each) => each.types))].sort();
  const lives = [...Map.groupBy(outcomes, ({ life }) => life)];
  return {
    name,
    sort,
    isHarmless,
    placed: outcomes.length,
    told: shareOf(outcomes, isTold),
    toldHigh: shareOf(outcomes, ({ isHigh }) => isHigh),
    calls: rounded(median(outcomes.map(({ calls }) => calls)), 1),
    hours: rounded(outcomes.reduce((sum, { hours }) => sum + hours, 0) / outcomes.length) ?? 0,
    byType: Object.fromEntries(
      types.map((type) => [type, shareOf(outcomes, (each) => each.types.includes(type))]),
    ),
    byLife: Object.fromEntries(lives.map(([life, some]) => [life, shareOf(some, isTold)])),
  };
}

function shareOf(outcomes: readonly Outcome[], isSo: (outcome: Outcome) => boolean): number {
  return rounded(outcomes.filter(isSo).length / Math.max(1, outcomes.length)) ?? 0;
}
