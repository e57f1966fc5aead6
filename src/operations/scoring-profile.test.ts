import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { FleetState } from '../data-directory/index.ts';
import { stillEffects } from '../effects/still-effects.fixture.ts';
import { DEFAULT_PROFILE } from '../scoring/index.ts';
import { LogFolder } from '../sources/log-folder.fixture.ts';
import { applyProfile } from './scoring-profile.ts';

const effects = stillEffects(() => 0);

test('[SCORE-PROFILE-APPLY-1] a profile is put in force whole, on record, and never under a version in use', async () => {
  await using folder = await LogFolder.make();
  const state = await FleetState.open(folder.at('data'), effects, { progress: () => undefined });
  const path = folder.at('profile.json');
  const apply = async (profile: unknown) => {
    await writeFile(path, JSON.stringify(profile));
    return applyProfile(state, { path, actor: 'test' }, () => 1_000);
  };
  expect(await apply(DEFAULT_PROFILE)).toEqual({ version: DEFAULT_PROFILE.version, changed: false });
  const heavier = { identity: 40, behavior: 20, policy: 25, threat: 15 };
  const changed = { ...DEFAULT_PROFILE, dimensions: heavier };
  await expect(apply(changed)).rejects.toMatchObject({ code: 'profile_version_in_use' });
  await expect(apply({ ...changed, version: 'mine' })).rejects.toMatchObject({ code: 'invalid_profile' });
  expect(state.journal.length).toBe(0);
  expect(await apply({ ...changed, version: '2026.99' })).toEqual({ version: '2026.99', changed: true });
  expect(state.journal.length).toBe(1);
  expect(state.engine.scoring.dimensions).toEqual(heavier);
  await state.close();
});
