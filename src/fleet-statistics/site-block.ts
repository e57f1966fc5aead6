import { BlockBuilder } from '../aggregation/index.ts';
import type { EngineView } from '../engine/index.ts';
import { cohortsOf, type DeviceFeatures, type FeatureBlock } from '../model/index.ts';
import { featuresIn, isReported, type Turn } from '../posture/index.ts';

/**
 * What this site adds to the sums over all: its devices (users and workloads are not told of), those that are in its own
 * fleet's mean, by cohort. Others have their turn while a large fleet is read; each device counts once.
 */
export async function siteBlock(
  view: EngineView,
  cohorts: readonly string[],
  turn: Turn,
): Promise<FeatureBlock> {
  const builder = new BlockBuilder();
  for (const portion of siteDevices(view, cohorts)) {
    for (const device of portion) builder.add(device);
    await turn();
  }
  return builder.block;
}

/** The devices that are reported, in portions. */
export function* siteDevices(
  view: EngineView,
  cohorts: readonly string[],
): Iterable<readonly DeviceFeatures[]> {
  const cohortOf = cohortsOf(cohorts);
  const { basis } = view.fleet();
  for (const portion of view.measures()) {
    yield portion
      .filter((measures) => isReported(measures, basis))
      .map((measures) => ({ cohort: cohortOf(measures.kind), ...featuresIn(measures) }));
  }
}
