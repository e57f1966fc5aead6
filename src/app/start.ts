import { stat } from 'node:fs/promises';
import { type FeedFileConfig, NO_FETCH, type StanceConfig } from '../config/index.ts';
import type { FleetState } from '../data-directory/index.ts';
import type { Effects } from '../effects/index.ts';
import type { IntelIntake } from '../intel/index.ts';
import type { Fleet } from '../model/index.ts';
import { applyPolicies, believeConfigured, importInventory } from '../operations/index.ts';
import { OperationError } from '../refusals/index.ts';

const ACTOR = 'configuration';

/** Journals what the configuration says now and the journal does not know yet; the same again writes nothing. */
export async function bringUpToDate(
  state: FleetState,
  config: StanceConfig,
  intel: IntelIntake,
  effects: Pick<Effects, 'now' | 'reportFault'>,
): Promise<void> {
  try {
    await journalNews(state, config, intel, effects);
  } catch (cause) {
    if (state.fault === null) throw cause;
    // The next start would set it aside, and journal it again.
    const advice =
      'It comes from what the configuration names: where a restart fails in the same way, take that out';
    throw new OperationError('engine_failed', `${state.fault}. ${advice}.`, { cause });
  }
}

async function journalNews(
  state: FleetState,
  config: StanceConfig,
  intel: IntelIntake,
  effects: Pick<Effects, 'now' | 'reportFault'>,
): Promise<void> {
  const { tenant, sites, domains, inventory, policies, feeds, anchors } = config;
  const fleet: Fleet = { tenant, sites, domains };
  if (JSON.stringify(state.fleet) !== JSON.stringify(fleet)) {
    await state.append({ kind: 'configuration', fleet, actor: ACTOR });
  }
  const [site] = sites;
  const at = state.engine.time.now ?? effects.now();
  if (inventory !== null && site !== undefined) {
    await importInventory(
      state,
      { path: inventory, dryRun: false, device: null, replace: false, actor: ACTOR, site: site.id },
      () => at,
    );
  }
  await believeConfigured(state, anchors, ACTOR, effects);
  if (policies !== null)
    await applyPolicies(state, { paths: [policies], actor: ACTOR, reason: null }, () => ({
      at,
      saidAt: effects.now(),
    }));
  for (const feed of feeds) if (feed.kind === 'path') await readAtStart(intel, feed);
}

/** One that cannot be read stops the start: whoever named it would not miss it otherwise. */
async function readAtStart(intel: IntelIntake, { id, path, words }: FeedFileConfig): Promise<void> {
  const file = await stat(path).catch(() => null);
  const written = file === null ? {} : { written: Math.floor(file.mtimeMs) };
  const source = { path, id, origin: { kind: 'file', path }, isNamed: true, ...written } as const;
  const { files } = await intel.each([source], {
    words,
    fetching: NO_FETCH,
    isConfigured: true,
    actor: ACTOR,
  });
  const broken = files.find(({ state }) => state === 'broken');
  if (broken !== undefined) throw new OperationError('invalid_feed', `${path}: ${broken.message ?? ''}`);
}
