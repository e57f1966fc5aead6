import { run } from '../../src/cli/run.ts';
import { RememberedScreen } from '../../src/cli/screen.fixture.ts';
import type { Ended } from './stance.ts';

/**
 * A command without a process of its own, half a second cheaper: for what a command says and does. What belongs to the
 * process (the launcher, standard input, signals, where it begins) is `stance`. Paths are absolute.
 */
export async function said(...words: string[]): Promise<Ended> {
  const [stdout, stderr] = [new RememberedScreen(), new RememberedScreen()];
  const code = await run(words, { stdout, stderr, variables: {} });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
