import { createEngineView, type Engine } from '../../src/engine/index.ts';
import type { DeviceId, PostureReader, ToolAnswer } from '../../src/model/index.ts';
import { createPostureReader, presentOnly } from '../../src/posture/index.ts';
import type { CopiedFleet } from './fleet.ts';
import { refuseOtherInventory, refuseOtherNames } from './own-names.ts';

const ASKER = 'bench';
/** Every one of so many is asked for its whole posture. */
const ASKED_OF = 7;
/** Names that differ from copy to copy, also within a sentence. */
const OWN_NAMES = /(?:dev|usr|wkl|ano|inc)_[a-z0-9_.-]+|10(?:\.\d{1,3}){3}/g;

/**
 * The entities of every copy answer as those of the model, each under its own names: else a reference was not moved with
 * its row, and what is measured of the copies says nothing. Not told is a reference to rows without a name that are
 * those of another copy, for they say the same.
 */
export async function refuseUnlike(model: Engine, copied: CopiedFleet): Promise<void> {
  const [askedOnce, asked] = [readerOf(model), readerOf(copied.engine)];
  const { models, copies } = copied;
  for (const [nth, id] of models.entries()) {
    // Of the last copy first: what leads back to the first one is no copy's own.
    const copy = copies - 1 - (nth % copies);
    refuseOtherNames(model, copied, id, copy);
    if (!id.startsWith('dev_') || nth % ASKED_OF !== 0) continue;
    const own = copied.idOf(id, copy) as DeviceId;
    const expected = withOwnDestinations(await answer(askedOnce, id as DeviceId), (known) =>
      copied.saidOf(known, copy),
    );
    const found = withOwnDestinations(await answer(asked, own), (known) => known);
    if (found === expected) continue;
    throw new Error(`bench: ${own} is unlike its model:\n${expected}\n${found}`);
  }
  refuseOtherInventory(model, copied);
}

/** Answers about a fleet, as of its own time. */
function readerOf(engine: Engine): PostureReader {
  return createPostureReader(presentOnly(createEngineView(engine)), () => engine.now);
}

async function answer(reader: PostureReader, device: DeviceId): Promise<ToolAnswer<'get_device_posture'>> {
  const outcome = await reader.ask('get_device_posture', { device_id: device }, ASKER);
  if (!outcome.ok) throw new Error(`bench: ${device}: ${outcome.problem.message}`);
  return outcome.answer;
}

/**
 * An answer without names, but for the destinations that the device knows. They come in the order of their names, which
 * differs, and of a long list others are shown.
 */
function withOwnDestinations(
  posture: ToolAnswer<'get_device_posture'>,
  named: (known: readonly string[]) => readonly string[],
): string {
  const { behavioral_baseline: baseline } = posture;
  const { known_destinations: known, known_destinations_total: total } = baseline;
  const destinations = known.length < (total ?? 0) ? [] : named(known).toSorted();
  const nameless = { ...posture, behavioral_baseline: { ...baseline, known_destinations: known.length } };
  return `${JSON.stringify(nameless).replaceAll(OWN_NAMES, '*')} ${JSON.stringify(destinations)}`;
}
