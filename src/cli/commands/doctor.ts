import type { DoctorReport } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import type { Paint } from '../screen-text.ts';
import { columns } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Check the data directory and what is known and missing',
  about: 'The exit code is 1 when a check failed; a warning is no failure.',
  options: dataOptions(),
  examples: ['stance doctor', 'stance doctor --data /var/lib/stance --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const report = await withOperations(invocation, (operations) => operations.doctor({}), {
      isLookedAt: true,
    });
    terminal.answer(report, () => reportText(report, terminal));
    return report.healthy ? EXIT.ok : EXIT.failed;
  },
};

const MARKS: Readonly<
  Record<DoctorReport['checks'][number]['state'], readonly [text: string, colour: Paint]>
> = {
  ok: ['✓ ok', 'green'],
  warning: ['! warning', 'yellow'],
  failed: ['✗ failed', 'red'],
};

function reportText({ healthy, checks }: DoctorReport, terminal: Terminal): string {
  const rows = checks.map(({ check, state, detail }) => {
    const [mark, colour] = MARKS[state];
    return [terminal.paint(colour, mark), check, detail];
  });
  return [...columns(rows), '', healthy ? 'Nothing failed.' : 'Something failed; see above.'].join('\n');
}
