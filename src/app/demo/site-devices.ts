import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FleetState } from '../../data-directory/index.ts';
import { realEffects } from '../../effects/index.ts';
import { createEngineView } from '../../engine/index.ts';
import { siteDevices } from '../../fleet-statistics/index.ts';
import { DEVICE_COHORTS, type DeviceFeatures, type SiteId } from '../../model/index.ts';
import { simulate } from '../../operations/index.ts';

/** Some seconds of work for four sites on two cores. */
const MOST_SIMULATED = 60;
const FEWEST_SIMULATED = 12;
const SIMULATED_DAYS = 0.125;
const UNTIL = '2026-05-21T15:00:00Z';
const quiet = (): void => undefined;

/**
 * What the devices of an invented site are like after three hours, as an engine of its own sees them: extracted like those
 * of a real one. Beyond sixty, each of them stands for several. The same for the same name.
 */
export async function inventedDevices(
  dir: string,
  site: SiteId,
  count: number,
): Promise<readonly DeviceFeatures[]> {
  const effects = realEffects(() => '');
  const state = await FleetState.open(join(dir, 'data'), effects, { progress: quiet });
  try {
    const devices = Math.max(FEWEST_SIMULATED, Math.min(MOST_SIMULATED, count));
    const asked = { seed: seedOf(site), until: UNTIL, days: SIMULATED_DAYS, devices };
    await simulate(state, asked, effects.now, quiet);
    const known = [...siteDevices(createEngineView(state.engine), DEVICE_COHORTS.names)].flat();
    return Array.from({ length: count }, (_, nth) => known[nth % known.length]).filter(
      (device) => device !== undefined,
    );
  } finally {
    await state.close();
  }
}

function seedOf(site: SiteId): number {
  return createHash('sha256').update(site).digest().readUInt32BE();
}
