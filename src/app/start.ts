import type { EpochMs, Fleet } from '../model/index.ts';
import type { StanceConfig } from './config.ts';
import type { FleetState } from './fleet-state.ts';
import { importInventory } from './inventory.ts';
import { importFeed } from './intel/feed-import.ts';
import { applyPolicies } from './policies.ts';

const ACTOR = 'configuration';

/** Journals what the configuration says now and the journal does not know yet; the same again writes nothing. */
export async function bringUpToDate(state: FleetState, config: StanceConfig, now: EpochMs): Promise<void> {
  const { tenant, sites, domains, inventory, policies, feeds } = config;
  const fleet: Fleet = { tenant, sites, domains };
  if (JSON.stringify(state.fleet) !== JSON.stringify(fleet)) {
    await state.append({ kind: 'configuration', fleet, actor: ACTOR });
  }
  const [site] = sites;
  const at = state.engine.time.now ?? now;
  if (inventory !== null && site !== undefined) {
    await importInventory(
      state,
      { path: inventory, dryRun: false, device: null, actor: ACTOR, site: site.id },
      at,
    );
  }
  if (policies !== null) await applyPolicies(state, { paths: [policies], actor: ACTOR, reason: null }, at);
  for (const feed of feeds) await importFeed(state, { ...feed, actor: ACTOR }, now);
}
