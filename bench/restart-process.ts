// Opens a data directory as the product does and asks one question.
import { giveBack, inputOf } from './child.ts';
import { openDirectory } from './owned.ts';

const directory = await openDirectory(inputOf() as string, { isHistoryLost: true });
await directory.operations.ask({ tool: 'get_fleet_posture', input: {}, asker: 'bench' });
// From the start of the process, the loading of its code included.
const seconds = performance.now() / 1_000;
giveBack({ seconds });
// Closing would write a snapshot, and the next start would have no tail.
process.exit(0);
