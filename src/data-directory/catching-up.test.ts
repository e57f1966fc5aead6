import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataDirectory, live, OFFICE } from '../app/data-directory.fixture.ts';
import { INPUTS, type ToolName, type ToolOutcome } from '../model/index.ts';
import { viewsOf } from '../operations/index.ts';
import { createPostureReader, whileCatchingUp } from '../posture/index.ts';
import { FleetState } from './fleet-state.ts';
import type { Standing } from './opening.ts';

let place: DataDirectory;
beforeEach(async () => {
  place = await DataDirectory.make();
});
afterEach(() => place.remove());

/** Lives the office, with a snapshot after so many records; `null`: without any. */
async function lived(snapshotAfter: number | null): Promise<string> {
  const state = await place.open();
  await live(state, 0, snapshotAfter ?? 0);
  if (snapshotAfter !== null) await state.writeSnapshot();
  await live(state, snapshotAfter ?? 0, OFFICE.length);
  const hash = state.stateHash();
  await state.close();
  return hash;
}

function readerOf(standing: Standing) {
  return whileCatchingUp(createPostureReader(viewsOf(standing), place.effects.now), () =>
    standing.remaining(),
  );
}

/** Opens the directory, and asks as soon as there is something to ask. */
async function askedWhileOpening(tool: ToolName, input: unknown) {
  const asked: { before: Standing; outcome: Promise<ToolOutcome<ToolName>> }[] = [];
  const state = await FleetState.open(place.dir, place.effects, {
    progress: () => undefined,
    standing: (before) => {
      const outcome = readerOf(before).ask(tool, INPUTS[tool].parse(input), 'test');
      asked.push({ before, outcome });
    },
  });
  return { state, asked };
}

describe('[START-4] a start', () => {
  test('answers from its snapshot at once, and says what it lacks', async () => {
    const hash = await lived(12);
    const { state, asked } = await askedWhileOpening('get_fleet_posture', {});
    expect(asked).toHaveLength(1);
    const [first] = asked;
    const early = await first?.outcome;
    if (early?.ok !== true) throw new Error('no answer');
    expect(early.answer.truncated?.what).toMatch(/after as_of: .* the last 100 % of its journal/);
    expect(Date.parse(early.answer.as_of)).toBeLessThan(state.engine.time.now ?? 0);

    // The same reader, once all is in: nothing is lacking any more.
    expect(first?.before.remaining().records).toBe(0);
    const late = await readerOf(first!.before).ask('get_fleet_posture', {}, 'test');
    expect(late).toMatchObject({ ok: true });
    expect(late.ok && late.answer.truncated).toBe(undefined);
    expect(state.stateHash()).toBe(hash);
    await state.close();
  });

  test('tells whoever asks for what it does not know that it may come yet', async () => {
    await lived(12);
    const { state, asked } = await askedWhileOpening('get_device_posture', { device_id: 'dev_none' });
    expect(await asked[0]?.outcome).toMatchObject({
      ok: false,
      problem: { code: 'unknown_entity', message: expect.stringMatching(/just started .*ask again/) },
    });
    await state.close();
  });

  test('[CLI-33] that nobody waits for any more ends where it is, and the next one begins again', async () => {
    const hash = await lived(12);
    let looks = 0;
    const opening = FleetState.open(place.dir, place.effects, {
      progress: () => undefined,
      isGivenUp: () => ++looks > 3,
    });
    await expect(opening).rejects.toMatchObject({ code: 'stopping' });
    const state = await place.open();
    expect(state.stateHash()).toBe(hash);
    expect(state.past.span?.until).toBe(state.engine.time.now);
    expect(place.faults).toEqual([]);
    await state.close();
  });

  test('without a snapshot answers nothing before all is in: an empty fleet is no answer', async () => {
    await lived(null);
    const { state, asked } = await askedWhileOpening('get_fleet_posture', {});
    expect(asked).toEqual([]);
    await state.close();
  });
});
