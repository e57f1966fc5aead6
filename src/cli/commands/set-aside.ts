import type { SetAsideList } from '../../operations/index.ts';
import { type Command, EXIT } from '../command.ts';
import { dataOptions } from '../options.ts';
import { withOperations } from '../place.ts';
import { columns } from '../table.ts';
import type { Terminal } from '../terminal.ts';

export const setAsideList: Command = {
  name: 'set-aside list',
  summary: 'List the records that the engine failed on, which no posture rests on',
  about:
    'They stay in the journal, and every start passes over them. Shown is where in the program it failed: what a report needs, and nothing of what they say.',
  options: dataOptions(),
  examples: ['stance set-aside list --json'],
  async run(invocation) {
    const { terminal } = invocation;
    const found = await withOperations(invocation, (operations) => operations.set_aside_list({}), {
      unconfigured: true,
    });
    terminal.answer(found, () => listText(found, terminal));
    return EXIT.ok;
  },
};

export const setAsideRetry: Command = {
  name: 'set-aside retry',
  summary: 'Have the next start apply them again, as after an update',
  about:
    'It begins before the first of them and applies all that came since, so that everything is as if they had never failed; that takes as long as the journal is from there. Where one fails again, it is set aside again.',
  options: {
    record: { kind: 'integer', value: 'N', least: 0, about: 'This one only [all that can be]' },
    ...dataOptions(),
  },
  examples: ['stance set-aside retry', 'stance set-aside retry --record 4711'],
  async run(invocation) {
    const { args, terminal } = invocation;
    const request = { record: args.number('record') };
    const found = await withOperations(invocation, (operations) => operations.set_aside_retry(request), {
      unconfigured: true,
    });
    terminal.answer(found, () => listText(found, terminal));
    return EXIT.ok;
  },
};

function listText({ records }: SetAsideList, terminal: Terminal): string {
  if (records.length === 0) return 'No record is set aside.';
  const rows = records.map((each) => [
    String(each.record),
    each.events > 0 ? `${each.kind} (${each.events})` : each.kind,
    each.set_aside_at,
    each.stance,
    each.applied_by_next_start
      ? 'the next start applies it: restart Stance'
      : (each.not_retried_as ?? 'can be tried again'),
    each.cause,
  ]);
  const header = ['Record', 'Kind', 'Set aside', 'By release', 'Again', 'Failed'];
  const [head = '', ...body] = columns([header, ...rows], [0]);
  return [terminal.paint('bold', head), ...body].join('\n');
}
