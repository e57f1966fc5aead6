import { AnswerScreen } from './answer-screen.ts';
import { EXIT } from './command.ts';
import { lostLines } from './log.ts';
import { run } from './run.ts';
import { UnfailingScreen } from './unfailing-screen.ts';

const args = process.argv.slice(2);
const isJson = args.includes('--json');
const stdout = new AnswerScreen(process.stdout);
const stderr = new UnfailingScreen(process.stderr, (lost) => lostLines(lost, isJson));

process.exitCode = await run(args, { stdout, stderr });
await stdout.flushed();
if (stdout.fault !== null) {
  stderr.write(`stance: the answer could not be written: ${stdout.fault.message}\n`);
  process.exitCode = EXIT.failed;
}
