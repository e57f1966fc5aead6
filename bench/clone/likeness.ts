import { createEngineView } from '../../src/engine/index.ts';
import type { DeviceId, PostureReader, ToolAnswer } from '../../src/model/index.ts';
import { createPostureReader, presentOnly } from '../../src/posture/index.ts';
import type { CopiedFleet } from './fleet.ts';

const ASKER = 'bench';
/** Devices that are compared. */
const COMPARED = 200;
/** Names that differ from copy to copy, also within a sentence. */
const OWN_NAMES = /(?:dev|usr|wkl|ano|inc)_[a-z0-9_.-]+|10(?:\.\d{1,3}){3}/g;

/** Answers about a fleet, as of its own time. */
function readerOf({ engine }: CopiedFleet): PostureReader {
  return createPostureReader(presentOnly(createEngineView(engine)), () => engine.now);
}

/**
 * The devices of every copy answer as those of the first one of a single copy, names apart, and their addresses lead
 * back to them: else a reference was not moved with its row, and what is measured of the copies says nothing.
 */
export async function refuseUnlike(single: CopiedFleet, copied: CopiedFleet): Promise<void> {
  const [askedOnce, asked] = [readerOf(single), readerOf(copied)];
  const models = single.models.filter((id) => id.startsWith('dev_')) as DeviceId[];
  for (let turn = 0; turn < Math.min(COMPARED, models.length); turn++) {
    const model = models[(turn * 7_919) % models.length];
    if (model === undefined) continue;
    const id = copied.idOf(model, (turn * 31) % copied.copies) as DeviceId;
    const expected = await answer(askedOnce, single.idOf(model, 0) as DeviceId);
    const found = await answer(asked, id);
    if (nameless(found) !== nameless(expected)) {
      throw new Error(`bench: ${id} is unlike its model:\n${nameless(expected)}\n${nameless(found)}`);
    }
    for (const address of found.addresses) refuseLost(copied, address, id);
  }
}

function refuseLost({ engine }: CopiedFleet, address: string, id: DeviceId): void {
  const { directory, now } = engine;
  if (directory.holdersOf(address as never, now).includes(id)) return;
  throw new Error(`bench: ${address} of ${id} leads to somebody else`);
}

async function answer(reader: PostureReader, device: DeviceId): Promise<ToolAnswer<'get_device_posture'>> {
  const outcome = await reader.ask('get_device_posture', { device_id: device }, ASKER);
  if (!outcome.ok) throw new Error(`bench: ${device}: ${outcome.problem.message}`);
  return outcome.answer;
}

/** Lists by name come in another order under other names, and of a long one others are shown. */
function nameless(posture: ToolAnswer<'get_device_posture'>): string {
  const baseline = posture.behavioral_baseline;
  const { known_destinations: known, known_destinations_total: total } = baseline;
  const destinations = known.length < total ? known.length : known.map(masked).sort();
  return masked(
    JSON.stringify({ ...posture, behavioral_baseline: { ...baseline, known_destinations: destinations } }),
  );
}

function masked(text: string): string {
  return text.replaceAll(OWN_NAMES, '*');
}
