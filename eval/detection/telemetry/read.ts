import { connectionAt, type Observation, type SensorId, type SiteId } from '../../../src/model/index.ts';
import { ingestFiles, type IntakeBatch, type IntakePort } from '../../../src/sources/index.ts';

/** The one site of every evaluation. */
export const SITE = 'eval' as SiteId;
/** The readers refuse what is more than a day ahead of the intake's clock: here nothing is. */
const NO_CLOCK = Date.UTC(2100, 0);

export interface Telemetry {
  /** In order of time. */
  readonly observations: readonly Observation[];
  readonly refused: number;
}

/** Reads logs as the product does, up to the privacy door. */
export async function readTelemetry(paths: readonly string[]): Promise<Telemetry> {
  const observations: Observation[] = [];
  const port: IntakePort = {
    takenIn: async () => ({ upTo: 0, beyond: [], checkpoints: [] }),
    take: async (batch) => {
      for (const each of inOrder(batch)) observations.push(each);
      return { late: 0, known: [], knownRows: [] };
    },
    remember: () => {},
    endOfHistory: async () => {},
  };
  const { refused } = await ingestFiles(paths, { site: SITE, now: NO_CLOCK, port });
  // The reading is in order of time within a window; a placed trace must be in order everywhere.
  observations.sort((a, b) => a.time - b.time);
  return { observations, refused };
}

/** Connections in columns and the others, each in its place. */
function* inOrder({ observations, connections }: IntakeBatch): Generator<Observation> {
  if (connections === undefined) return yield* observations;
  const { rows, places } = connections;
  let row = 0;
  for (const [index, observation] of observations.entries()) {
    for (; row < (places[index] ?? 0) - index; row++) yield connectionAt(rows, row);
    yield observation;
  }
  for (; row < rows.count; row++) yield connectionAt(rows, row);
}

/** A second sensor of the site: where the first writes no connections, theirs must not silence what it does write. */
export const SECOND_SENSOR = 'second' as SensorId;
