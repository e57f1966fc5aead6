import type { Evaluation } from './evaluation.ts';

const COMPOSITE =
  'Composite: benign lives keep their own times; attack traces are shifted into the second half of a benign life, given the address of its host, and all that they met is renamed. Figures are medians over placement seeds; intervals are 95 % by bootstrap over entities, of one split.';

export interface Reported {
  readonly evaluation: Evaluation;
  readonly data: string;
  readonly notes: readonly string[];
  readonly seconds: number;
}

/** One object: the product's figures at the top, the peers' under `peers`. */
export function asObject({ evaluation, data, notes, seconds }: Reported): Record<string, unknown> {
  const { hours, placebo, beacons, scans, tunnels, quiet, calibration, split, seeds, hosts, families } =
    evaluation;
  const { brier = null, ...calibrated } = calibration ?? {};
  return {
    ...(hours && { hours: hours.product }),
    ...(placebo && { placebo: placebo.product }),
    ...(beacons && { beacons: beacons.product }),
    ...(scans && { scans: scans.product }),
    ...(tunnels && { tunnels: tunnels.product }),
    ...(quiet && { quiet }),
    ...(evaluation.quiet_simulated && { quiet_simulated: evaluation.quiet_simulated }),
    ...(calibration && { calibration: calibrated, brier }),
    peers: peersOf(evaluation),
    method: { composite: COMPOSITE, data, split, seeds, seconds, hosts, families, notes },
  };
}

function peersOf({
  hours,
  placebo,
  beacons,
  scans,
  tunnels,
}: Evaluation): Record<string, Record<string, unknown>> {
  const peers: Record<string, Record<string, unknown>> = {};
  for (const [measure, report] of Object.entries({ hours, placebo, beacons, scans, tunnels })) {
    for (const [peer, figures] of Object.entries(report?.peers ?? {})) {
      peers[peer] = { ...peers[peer], [measure]: figures };
    }
  }
  return peers;
}

/** A table for people: figure, the product's, each peer's. */
export function asText(reported: Reported): string {
  const { evaluation, notes } = reported;
  const rows = rowsOf(reported);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [
    COMPOSITE,
    `Split: ${evaluation.split}. Seeds: ${evaluation.seeds}. Took ${reported.seconds} s.`,
    `Families: ${halves(evaluation.families)}.`,
    `Hosts: ${halves(evaluation.hosts)}.`,
    ...notes.map((each) => `Note: ${each}`),
    '',
    ...lines,
  ].join('\n');
}

function halves(of: Readonly<Record<string, string>>): string {
  return Object.entries(of)
    .map(([name, half]) => `${name} ${half}`)
    .join(', ');
}

function rowsOf(reported: Reported): readonly (readonly [string, string])[] {
  const { method: _method, peers, ...measures } = asObject(reported);
  return [...flat('', measures), ...flat('peers', peers)];
}

function flat(prefix: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null) return [[prefix, '–']];
  if (Array.isArray(value))
    return [
      [prefix, value.map((each) => (typeof each === 'number' ? each.toFixed(3) : String(each))).join(' … ')],
    ];
  if (typeof value !== 'object' || value === undefined) return [[prefix, JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, inner]) =>
    flat(prefix === '' ? name : `${prefix}.${name}`, inner),
  );
}
