import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { loadKeys } from '../privacy/index.ts';
import { follow } from './follower.ts';
import type { FollowerMessage } from './follower-process.ts';

/*
 * A process of its own: `DIR UPTO`. It takes what processor time nobody else wants, tells its parent what became of
 * it, and ends with its parent.
 */
setPriority(constants.priority.PRIORITY_LOW);
process.on('disconnect', () => process.exit(1));

const [, , dir = '', upTo = ''] = process.argv;

async function run(): Promise<FollowerMessage> {
  try {
    const keys = await loadKeys(join(dir, 'keys'), () => {
      throw new Error('a follower makes no keys');
    });
    return { ok: true, followed: await follow(dir, Number(upTo), keys) };
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'failed';
    return { ok: false, code, message: cause instanceof Error ? cause.message : String(cause) };
  }
}

const message = await run();
process.send?.(message, () => process.disconnect());
