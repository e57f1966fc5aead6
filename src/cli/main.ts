import { lostLines } from './log.ts';
import { run } from './run.ts';
import { UnfailingScreen } from './unfailing-screen.ts';

const args = process.argv.slice(2);
const isJson = args.includes('--json');

process.exitCode = await run(args, {
  stdout: process.stdout,
  stderr: new UnfailingScreen(process.stderr, (lost) => lostLines(lost, isJson)),
});
